package io.headrace.server;

import io.netty.buffer.ByteBuf;

/** The conversation of a connection that is not open yet, or is gone. */
final class Silence implements Conversation {
  static final Conversation INSTANCE = new Silence();

  private Silence() {}

  @Override
  public void received(ByteBuf bytes) {}

  @Override
  public void inputEnded() {}

  @Override
  public void writable() {}

  @Override
  public void disconnected(Loss how) {}
}
