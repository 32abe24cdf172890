package io.headrace.server.beanstalk;

import io.headrace.server.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Bytes of one connection that came while nothing of it could be decoded, and whether more is read.
 * Costs nothing empty.
 */
final class SessionInput {
  /** The most that is saved, in bytes. */
  static final int SAVED_BYTES_MAX = 64 * 1024;

  /**
   * What a connection may save though others have used up the budget, in bytes, and so the most
   * that is read of it at a time then: some ten requests.
   */
  static final int SMALL_BYTES = 1024;

  private final Wire wire;
  private final InputBudget budget;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private boolean paused;

  SessionInput(Wire wire, InputBudget budget) {
    this.wire = wire;
    this.budget = budget;
  }

  boolean isEmpty() {
    return !bytes.isReadable();
  }

  /**
   * How many bytes may be read now. Where there is no room it stops reading.
   *
   * @param flowing whether they will be decoded at once, so that little of them is saved, if any
   */
  int roomBytes(boolean flowing) {
    long left = budget.leftBytes();
    if (flowing && isEmpty()) {
      return left > 0 ? Integer.MAX_VALUE : SMALL_BYTES;
    }
    int saved = bytes.readableBytes();
    long room = Math.min(SAVED_BYTES_MAX - saved, Math.max(left, SMALL_BYTES - saved));
    if (room <= 0) {
      pause();
    }
    return (int) Math.max(0, room);
  }

  /** Copies all that {@code from} still has, and stops reading when that is enough. */
  void save(ByteBuf from) {
    int before = bytes.capacity();
    if (before == 0) {
      bytes = Unpooled.buffer(from.readableBytes());
    } else {
      bytes.discardReadBytes();
    }
    bytes.writeBytes(from);
    budget.add(bytes.capacity() - before);
    int enough = budget.leftBytes() > 0 ? SAVED_BYTES_MAX : SMALL_BYTES;
    if (bytes.readableBytes() >= enough) {
      pause();
    }
  }

  private void pause() {
    if (!paused) {
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
    budget.add(-bytes.capacity());
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
