package io.headrace.server.beanstalk;

import io.headrace.server.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Bytes of one connection that came while nothing of it could be decoded, and whether more is read.
 * Costs nothing empty.
 */
final class SessionInput {
  /**
   * Saved bytes, with which reading stops. At most one receive buffer more is saved, since that
   * much may come at once.
   */
  static final int SAVED_BYTES_MAX = 64 * 1024;

  private final Wire wire;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private boolean paused;

  SessionInput(Wire wire) {
    this.wire = wire;
  }

  boolean isEmpty() {
    return !bytes.isReadable();
  }

  /** Copies all that {@code from} still has, and stops reading when that is enough. */
  void save(ByteBuf from) {
    if (bytes.capacity() == 0) {
      bytes = Unpooled.buffer(from.readableBytes());
    } else {
      bytes.discardReadBytes();
    }
    bytes.writeBytes(from);
    if (bytes.readableBytes() >= SAVED_BYTES_MAX && !paused) {
      paused = true;
      wire.reading(false);
    }
  }

  /** The bytes, to be read from; {@link #taken} is called afterwards. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Gives the memory back when all is taken, and then reads on. */
  void taken() {
    if (!isEmpty()) {
      return;
    }
    clear();
    if (paused) {
      paused = false;
      wire.reading(true);
    }
  }

  void clear() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
