/** A naive model of the queue, and the machinery that drives it and the machine in lockstep. */
@NullMarked
package io.headrace.queue.model;

import org.jspecify.annotations.NullMarked;
