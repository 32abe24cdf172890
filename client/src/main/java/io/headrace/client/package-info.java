/** A client with a deadline on every call: it never hangs. */
@NullMarked
package io.headrace.client;

import org.jspecify.annotations.NullMarked;
