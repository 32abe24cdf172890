/** How the queue survives: one log of segments and snapshots on one machine. */
@NullMarked
package io.headrace.journal;

import org.jspecify.annotations.NullMarked;
