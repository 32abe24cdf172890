/**
 * The built program as a real process, beside the server it stands in for: real clients, real
 * faults, real signals. Sees no class of the program.
 */
@NullMarked
package io.headrace.trials;

import org.jspecify.annotations.NullMarked;
