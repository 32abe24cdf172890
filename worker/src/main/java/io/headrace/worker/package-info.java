/** Runs a script for each job of a tube; speaks only the public protocol. */
@NullMarked
package io.headrace.worker;

import org.jspecify.annotations.NullMarked;
