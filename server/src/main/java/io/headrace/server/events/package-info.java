/** Tells people of what happens to the server and its jobs: the log, a command, a URL. */
@NullMarked
package io.headrace.server.events;

import org.jspecify.annotations.NullMarked;
