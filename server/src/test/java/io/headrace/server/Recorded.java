package io.headrace.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A conversation that keeps what it was told, and sends each byte back; tests change a part. */
class Recorded implements Conversation {
  final Wire wire;
  final Queue<String> events = new ConcurrentLinkedQueue<>();
  final AtomicLong receivedBytes = new AtomicLong();

  Recorded(Wire wire) {
    this.wire = wire;
  }

  @Override
  public void received(ByteBuf bytes) {
    receivedBytes.addAndGet(bytes.readableBytes());
    wire.out().writeBytes(bytes);
    wire.flush();
  }

  @Override
  public void inputEnded() {
    events.add("inputEnded");
    wire.out().writeCharSequence("bye", StandardCharsets.US_ASCII);
    wire.close();
  }

  @Override
  public void writable() {
    events.add("writable");
  }

  @Override
  public void disconnected(Loss how) {
    events.add("disconnected");
  }

  List<String> told() {
    return List.copyOf(events);
  }
}
