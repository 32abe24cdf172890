/** One web request, and what its server made of it: no answer is thrown away. */
@NullMarked
package io.headrace.http;

import org.jspecify.annotations.NullMarked;
