/** TLS around another protocol, and the files it takes. */
@NullMarked
package io.headrace.server.tls;

import org.jspecify.annotations.NullMarked;
