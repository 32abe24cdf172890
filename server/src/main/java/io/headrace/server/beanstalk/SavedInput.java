package io.headrace.server.beanstalk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Bytes of one connection that came while nothing of it could be decoded. Costs nothing empty. */
final class SavedInput {
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  boolean isEmpty() {
    return !bytes.isReadable();
  }

  int size() {
    return bytes.readableBytes();
  }

  /** Copies all that {@code from} still has. */
  void add(ByteBuf from) {
    if (bytes.capacity() == 0) {
      bytes = Unpooled.buffer(from.readableBytes());
    } else {
      bytes.discardReadBytes();
    }
    bytes.writeBytes(from);
  }

  /** The bytes, to be read from. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Gives the memory back when all is read. */
  void trim() {
    if (isEmpty()) {
      clear();
    }
  }

  void clear() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
