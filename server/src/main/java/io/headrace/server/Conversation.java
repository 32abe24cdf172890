package io.headrace.server;

import io.netty.buffer.ByteBuf;

/** What is said on one connection, in one protocol. Called on the loop's thread. */
public interface Conversation {
  /**
   * Takes the bytes that came. The buffer is the caller's: what cannot be used yet is copied before
   * this returns.
   */
  void received(ByteBuf bytes);

  /**
   * How many bytes it takes now, at most. When it takes none it has stopped the {@linkplain
   * Wire#reading reading}.
   */
  default int roomBytes() {
    return Integer.MAX_VALUE;
  }

  /**
   * Whether all that came is taken, and the rest of a large body is to come: what is read next is
   * mostly that, and so costs little.
   */
  default boolean isMidLargeBody() {
    return false;
  }

  /** The peer has sent its last byte; it may still read. */
  void inputEnded();

  /** The peer takes bytes again. */
  void writable();

  /** The connection is gone. Called once, last. */
  void disconnected(Loss how);
}
