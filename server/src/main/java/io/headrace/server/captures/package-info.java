/** The last bytes of each connection, and what of them is kept when something goes wrong. */
@NullMarked
package io.headrace.server.captures;

import org.jspecify.annotations.NullMarked;
