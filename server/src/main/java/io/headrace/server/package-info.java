/** Who may talk to the queue: listeners, admission, sessions and the loop. */
@NullMarked
package io.headrace.server;

import org.jspecify.annotations.NullMarked;
