package io.headrace.server.beanstalk;

import io.headrace.server.Wire;
import io.headrace.server.WireFacts;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A connection whose peer is a test. */
final class MemoryWire implements Wire {
  private final ByteBuf out = Unpooled.buffer();
  private final StringBuilder sent = new StringBuilder();
  private final String peer;
  private final Recording recording;
  boolean reading = true;
  boolean writable = true;
  boolean closed;
  int flushes;
  Runnable whenFlushed = () -> {};

  MemoryWire(String peer, Recording recording) {
    this.peer = peer;
    this.recording = recording;
  }

  @Override
  public ByteBuf out() {
    if (closed) {
      throw new AssertionError("a reply after the close");
    }
    return out;
  }

  @Override
  public void flush() {
    flushes++;
    recording.sent(out, out.readableBytes(), /* begins= */ true, /* nanos= */ 0);
    sent.append(out.toString(StandardCharsets.ISO_8859_1));
    out.clear();
    whenFlushed.run();
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
  }

  @Override
  public void close() {
    flush();
    closed = true;
  }

  @Override
  public WireFacts facts() {
    return WireFacts.NONE;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Recording recording() {
    return recording;
  }

  /** Returns what was sent since the last call, one character a byte. */
  String take() {
    String taken = sent.toString();
    sent.setLength(0);
    return taken;
  }
}
