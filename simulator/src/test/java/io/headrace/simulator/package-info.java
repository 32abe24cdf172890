/** The server on one thread, with a fake disk, clock and network, seeded faults, and checkers. */
@NullMarked
package io.headrace.simulator;

import org.jspecify.annotations.NullMarked;
