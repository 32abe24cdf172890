package io.headrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * The one buffer that all connections of a loop read into: each read takes what one {@code recv}
 * gives, and is over before the next begins. So an idle connection holds no memory for reading, and
 * no connection is read for longer than one buffer while others wait.
 *
 * <p>Used on the loop's thread only. Channels of Netty get it as their allocator; what that keeps a
 * channel is kept once here, for the channel that is being read.
 */
final class SharedReadBuffer
    implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle, AutoCloseable {
  /** The most that one read takes, in bytes. */
  static final int BYTES = 64 * 1024;

  private final ByteBuf buffer = Unpooled.directBuffer(BYTES, BYTES);
  private int attempted;
  private int last;

  /** Returns the buffer, empty. Its bytes are good until the next call. */
  ByteBuf cleared() {
    return buffer.clear();
  }

  @Override
  public ExtendedHandle newHandle() {
    return this;
  }

  @Override
  public void reset(ChannelConfig config) {
    attempted = 0;
    last = 0;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator alloc) {
    return buffer.clear().retain();
  }

  @Override
  public int guess() {
    return BYTES;
  }

  @Override
  public void incMessagesRead(int messages) {}

  @Override
  public void lastBytesRead(int bytes) {
    last = bytes;
  }

  @Override
  public int lastBytesRead() {
    return last;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attempted = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attempted;
  }

  /** One read a readiness: what is left is told again by epoll, in turn with the others. */
  @Override
  public boolean continueReading() {
    return false;
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
    return false;
  }

  @Override
  public void readComplete() {}

  @Override
  public void close() {
    if (buffer.refCnt() > 0) {
      buffer.release();
    }
  }
}
