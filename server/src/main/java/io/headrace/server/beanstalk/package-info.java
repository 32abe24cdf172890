/** The beanstalk protocol: bytes to commands, effects to bytes. */
@NullMarked
package io.headrace.server.beanstalk;

import org.jspecify.annotations.NullMarked;
