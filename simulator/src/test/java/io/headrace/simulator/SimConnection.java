package io.headrace.simulator;

import io.headrace.queue.SessionId;
import io.headrace.server.Conversation;
import io.headrace.server.Loss;
import io.headrace.server.Protocol;
import io.headrace.server.Session;
import io.headrace.server.Wire;
import io.headrace.server.WireFacts;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A connection between a client and the server: two queues of bytes, which arrive in pieces of any
 * size, and four ways to end.
 */
final class SimConnection implements Wire {
  /** What the kernel keeps for a client that does not read, in bytes. */
  private static final int WINDOW_BYTES = 16 * 1024;

  /** Machines that clients run on. */
  private static final int HOSTS = 3;

  private final SimServer server;
  private final int number;
  private final Conversation conversation;
  private final Recording recording;
  private final ByteBuf out = Unpooled.buffer();
  private final ByteQueue toServer = new ByteQueue();
  private final ByteQueue toClient = new ByteQueue();
  private boolean reading = true;
  private boolean stalled;

  /** The client sends no more. */
  private boolean finished;

  private boolean finishSeen;

  /** The connection is broken off: nothing arrives any more, either way. */
  private boolean reset;

  /** The network has lost the client: it is broken off, and nobody has said so. */
  private boolean lost;

  /** The server has closed it. */
  private boolean closed;

  /** It has done so for want of the rest of a command, some of which is still under way. */
  private boolean cutOff;

  private boolean disconnectSeen;

  SimConnection(SimServer server, Protocol protocol, int number) {
    this.server = server;
    this.number = number;
    recording = server.newRecording();
    conversation = protocol.open(this);
  }

  SessionId session() {
    if (conversation instanceof Session session) {
      return session.id();
    }
    throw new Violation("a conversation of another kind");
  }

  // What the client does.

  void send(byte[] bytes) {
    if (!finished && !reset) {
      toServer.add(bytes);
    }
  }

  ByteQueue received() {
    return toClient;
  }

  /** Sends FIN after what was sent. */
  void finish() {
    finished = true;
  }

  /** Ends both directions at once; what is under way is lost. */
  void reset() {
    reset = true;
    toServer.clear();
    toClient.clear();
  }

  /** The network loses the client. */
  void lose() {
    lost = true;
    reset();
  }

  /** Whether the client sees the end of the stream, once it has read everything. */
  boolean isEnded() {
    return closed || reset;
  }

  boolean isReset() {
    return reset || cutOff;
  }

  /** Whether nothing will happen on it any more. */
  boolean isOver() {
    return disconnectSeen;
  }

  // What the network does, within a turn of the loop.

  /** Whether {@link #deliver} would do something. */
  boolean isDue() {
    return !disconnectSeen
        && (reset
            || closed
            || (reading && !toServer.isEmpty())
            || (finished && !finishSeen && toServer.isEmpty())
            || (stalled && isWritable()));
  }

  void deliver(SplittableRandom random) {
    if (reset || closed) {
      disconnectSeen = true;
      Loss broken = lost ? Loss.UNREACHABLE : Loss.RESET;
      conversation.disconnected(reset ? broken : Loss.CLOSED);
      recording.end();
      return;
    }
    if (stalled && isWritable()) {
      stalled = false;
      conversation.writable();
    }
    if (reading && !toServer.isEmpty()) {
      int most = random.nextInt(4) == 0 ? 8 : 20_000;
      byte[] bytes = toServer.take(1 + random.nextInt(most));
      ByteBuf packet = Unpooled.wrappedBuffer(bytes);
      recording.received(packet, server.thread().nanoTime());
      conversation.received(packet);
      // The buffer is the network's: what was not copied is gone.
      Arrays.fill(bytes, (byte) '#');
    } else if (finished && !finishSeen && toServer.isEmpty()) {
      finishSeen = true;
      conversation.inputEnded();
    }
  }

  // What the server does.

  @Override
  public ByteBuf out() {
    return out;
  }

  @Override
  public void flush() {
    if (out.isReadable()) {
      server.repliesAreAllowed();
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.clear();
      if (!reset) {
        toClient.add(bytes);
      }
    }
    stalled |= !isWritable();
  }

  @Override
  public boolean isWritable() {
    return toClient.size() < WINDOW_BYTES;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
  }

  @Override
  public void close() {
    flush();
    if (!closed && !reset && !toServer.isEmpty()) {
      Violation.unless(server.isSweeping(), "the server closes, and has not read all");
      Violation.unless(reading, "the server closes for want of bytes that it did not read");
      cutOff = true;
    }
    closed = true;
  }

  @Override
  public WireFacts facts() {
    return WireFacts.NONE;
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public String peer() {
    return "host-" + number % HOSTS + ":" + number;
  }
}
