/**
 * The built program as a real process, beside the server it stands in for: real clients, real
 * faults, real signals. Of its classes it sees those of the client only.
 */
@NullMarked
package io.headrace.trials;

import org.jspecify.annotations.NullMarked;
