package io.headrace.server;

import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;

/** One connection as its conversation sees it: a way out for bytes. Used on the loop's thread. */
public interface Wire {
  /**
   * Returns the buffer that replies of this turn are appended to. What is in it is sent by {@link
   * #flush}; the buffer must not be kept longer than that.
   */
  ByteBuf out();

  /** Sends what was appended: one send a turn. */
  void flush();

  /**
   * Whether the peer takes replies as fast as they come; turns true again with a call of {@link
   * Conversation#writable}.
   */
  boolean isWritable();

  /** Reads from the peer, or leaves its bytes in the kernel. */
  void reading(boolean on);

  /** Sends what was appended, then closes. {@link Conversation#disconnected} follows. */
  void close();

  /** The peer's address, as a person reads it. */
  String peer();

  /** What is known of the connection now. Asks the kernel: not for the way of a job. */
  WireFacts facts();

  /** The address it came in by, as a person reads it; "" where nobody knows. */
  default String local() {
    return "";
  }

  /** What is said on it is sealed: it remembers nothing of that, whoever opens the seal does. */
  default void sealed() {}

  /** Whether what is said on it goes by TLS. */
  default boolean isSealed() {
    return false;
  }

  /** What is remembered of what it said and was told. */
  default Recording recording() {
    return Recording.NONE;
  }
}
