/** What a queue is: a pure, deterministic machine of tubes, jobs and sessions. */
@NullMarked
package io.headrace.queue;

import org.jspecify.annotations.NullMarked;
