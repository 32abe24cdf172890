/** What people do with captures: look at them, mask them, export and replay them. */
@NullMarked
package io.headrace.cli.capture;

import org.jspecify.annotations.NullMarked;
