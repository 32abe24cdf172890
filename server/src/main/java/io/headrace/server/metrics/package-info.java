/** What is told of a running server to a monitoring system: its numbers, and whether it answers. */
@NullMarked
package io.headrace.server.metrics;

import org.jspecify.annotations.NullMarked;
