/** Load on a server, in a closed loop, with an account of every job. */
@NullMarked
package io.headrace.cli.bench;

import org.jspecify.annotations.NullMarked;
