/** What can be set, from where it is read, and where each value came from. */
@NullMarked
package io.headrace.cli.config;

import org.jspecify.annotations.NullMarked;
