/** Processes as Linux knows them: their true ends, their trees, and what they cost. */
@NullMarked
package io.headrace.worker.process;

import org.jspecify.annotations.NullMarked;
