/** The {@code headrace} command line: one command, many verbs. */
@NullMarked
package io.headrace.cli;

import org.jspecify.annotations.NullMarked;
