package io.headrace.server.tls;

import io.headrace.journal.JournalException;
import io.headrace.server.Conversation;
import io.headrace.server.Loss;
import io.headrace.server.Wire;
import io.headrace.server.WireFacts;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS on one connection: a conversation to the wire below it, and a wire to the conversation inside
 * it, which begins when keys are agreed on.
 *
 * <p>Kept of a connection are at most one receive buffer and one record that is not whole, and what
 * the conversation inside answers in a turn. What a peer sends is handed inside at once: whether
 * the connection is read is for the conversation inside to say.
 */
final class TlsConversation implements Conversation, Wire {
  /** What a turn's buffer for replies starts with, in bytes, as on a wire without TLS. */
  private static final int START_BYTES = 1024;

  /** Records that say why a connection ends: an alert or two. */
  private static final int LAST_RECORDS_MAX = 4;

  private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private enum State {
    HANDSHAKE,
    OPEN,
    CLOSED
  }

  private final TlsProtocol tls;
  private final Wire wire;
  private final long beganNs;
  private State state = State.HANDSHAKE;

  /** Nothing until the first byte comes: whoever only connects costs little. */
  private Optional<SSLEngine> started = Optional.empty();

  /** Of what is said inside. */
  private Recording recording = Recording.NONE;

  /** Nothing until keys are agreed on. */
  private Optional<Conversation> inside = Optional.empty();

  /** Bytes that came and cannot be used yet; of the loop's memory while {@link #hasKept}. */
  private ByteBuf kept = NOTHING;

  /** Replies of this turn; of the loop's memory while {@link #hasOut}. */
  private ByteBuf out = NOTHING;

  private boolean hasKept;
  private boolean hasOut;

  /** Whether the engine is at work off the loop, and must be left alone. */
  private boolean busy;

  private boolean reading = true;
  private boolean inputEnded;

  TlsConversation(TlsProtocol tls, Wire wire) {
    this.tls = tls;
    this.wire = wire;
    beganNs = tls.loop.nanoTime();
    wire.sealed();
    if (!tls.handshakes.begin(this)) {
      reading = false;
      wire.reading(false);
    }
  }

  long beganNs() {
    return beganNs;
  }

  /** It is its turn to agree on keys. */
  void gotPlace() {
    reading(true);
  }

  /** It has not agreed on keys in time. */
  void tooLate() {
    guarded(() -> fail("no handshake within " + Handshakes.TIME_MAX_MS / 1000 + " s"));
  }

  @Override
  public void received(ByteBuf bytes) {
    if (state == State.CLOSED) {
      return;
    }
    if (hasKept) {
      kept.discardReadBytes().writeBytes(bytes);
      takeKept();
    } else {
      take(bytes);
      if (bytes.isReadable() && state != State.CLOSED) {
        kept = tls.buffers.directBuffer(bytes.readableBytes());
        hasKept = true;
        kept.writeBytes(bytes);
      }
    }
  }

  /**
   * {@inheritDoc} As much as is taken inside; but the record that has begun is read to its end, for
   * there is no part of it to be had before.
   */
  @Override
  public int roomBytes() {
    int room = inside.isPresent() ? inside.get().roomBytes() : TlsProtocol.RECORD_BYTES_MAX;
    return room <= 0 ? 0 : Math.max(room, TlsProtocol.RECORD_BYTES_MAX - kept.readableBytes());
  }

  private void takeKept() {
    if (hasKept) {
      take(kept);
    }
    if (hasKept && !kept.isReadable()) {
      forgetKept();
    }
  }

  private void forgetKept() {
    kept.release();
    kept = NOTHING;
    hasKept = false;
  }

  /** Takes what can be used now. */
  private void take(ByteBuf bytes) {
    try {
      while (bytes.isReadable() && !busy && state != State.CLOSED && !inputEnded) {
        if (!takeRecord(engine(), bytes)) {
          return;
        }
      }
      if (inputEnded) {
        // Nothing may follow the end.
        bytes.skipBytes(bytes.readableBytes());
      }
    } catch (SSLException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private SSLEngine engine() throws SSLException {
    if (started.isEmpty()) {
      SSLEngine engine = tls.newEngine();
      engine.beginHandshake();
      started = Optional.of(engine);
    }
    return started.get();
  }

  /** Takes one record; false when it is not whole. */
  private boolean takeRecord(SSLEngine engine, ByteBuf bytes) throws SSLException {
    ByteBuf plain = tls.received.clear();
    SSLEngineResult result =
        engine.unwrap(
            bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()),
            plain.internalNioBuffer(0, plain.capacity()));
    bytes.skipBytes(result.bytesConsumed());
    plain.writerIndex(result.bytesProduced());
    if (plain.isReadable()) {
      inside.ifPresent(conversation -> {
        record(plain);
        conversation.received(plain);
      });
    }
    return switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> false;
      case BUFFER_OVERFLOW -> throw new AssertionError("a record is larger than records are");
      case CLOSED -> {
        endInput();
        yield false;
      }
      case OK -> {
        advance(engine);
        yield true;
      }
    };
  }

  private void record(ByteBuf plain) {
    if (recording == Recording.NONE) {
      recording = tls.recordings.get();
    }
    recording.received(plain, tls.loop.nanoTime());
  }

  /** Does what the engine wants done next, up to where it waits for the peer. */
  private void advance(SSLEngine engine) throws SSLException {
    while (state != State.CLOSED) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> {
          seal(engine, NO_BYTES);
          wire.flush();
        }
        case NEED_TASK -> {
          if (state == State.OPEN) {
            // Keys are agreed on once: doing it again is the costly part, at the peer's wish.
            throw new SSLException("the peer asks for a new handshake, which is not done here");
          }
          busy = true;
          wire.reading(false);
          tls.runTasks(engine, this::tasksDone);
          return;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          return;
        }
        case FINISHED, NOT_HANDSHAKING -> {
          if (state == State.HANDSHAKE) {
            agreed();
          }
          return;
        }
      }
    }
  }

  private void agreed() {
    state = State.OPEN;
    tls.handshakes.end(this);
    inside = Optional.of(tls.openInside(this));
  }

  private void tasksDone() {
    busy = false;
    guarded(() -> {
      if (state == State.CLOSED) {
        return;
      }
      try {
        advance(engine());
      } catch (SSLException e) {
        fail(String.valueOf(e.getMessage()));
      }
      if (!busy && state != State.CLOSED) {
        takeKept();
        wire.reading(reading && !busy);
      }
    });
  }

  /** What is not called by the wire has its own outermost frame. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (JournalException e) {
      throw e;
    } catch (RuntimeException e) {
      tls.faults.log(peer(), e);
      end();
    }
  }

  /** Turns bytes into records in the buffer of the wire below; false when no more may be sent. */
  private boolean seal(SSLEngine engine, ByteBuffer plain) throws SSLException {
    do {
      ByteBuf sealed = tls.sealed.clear();
      SSLEngineResult result = engine.wrap(plain, sealed.internalNioBuffer(0, sealed.capacity()));
      sealed.writerIndex(result.bytesProduced());
      if (sealed.isReadable()) {
        wire.out().writeBytes(sealed);
      }
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        return false;
      }
    } while (plain.hasRemaining());
    return true;
  }

  @Override
  public ByteBuf out() {
    if (!hasOut) {
      out = tls.buffers.directBuffer(START_BYTES);
      hasOut = true;
    }
    return out;
  }

  private void forgetOut() {
    if (hasOut) {
      out.release();
      out = NOTHING;
      hasOut = false;
    }
  }

  @Override
  public void flush() {
    if (!hasOut || state != State.OPEN) {
      forgetOut();
      return;
    }
    recording.sent(out, out.readableBytes(), /* begins= */ true, tls.loop.nanoTime());
    try {
      boolean sent =
          !out.isReadable()
              || seal(engine(), out.internalNioBuffer(out.readerIndex(), out.readableBytes()));
      forgetOut();
      wire.flush();
      if (!sent) {
        end();
      }
    } catch (SSLException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean isWritable() {
    return wire.isWritable();
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    wire.reading(on && !busy);
  }

  /** {@inheritDoc} The last record says that nothing more comes: close_notify. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    flush();
    if (state == State.OPEN) {
      started.ifPresent(SSLEngine::closeOutbound);
      sealLast();
    }
    end();
  }

  /** Says what the engine has to say at the end. */
  private void sealLast() {
    for (int i = 0; i < LAST_RECORDS_MAX && started.isPresent() && !busy; i++) {
      SSLEngine engine = started.get();
      if (engine.isOutboundDone() || engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
        return;
      }
      try {
        boolean _ = seal(engine, NO_BYTES);
      } catch (SSLException _) {
        // The engine tells of a failure once more before it says so to the peer.
      }
    }
  }

  /** Tells the peer, in an alert, and the log. */
  private void fail(String reason) {
    if (state != State.CLOSED) {
      tls.handshakes.failed(peer(), reason, tls.loop.nanoTime());
      sealLast();
      end();
    }
  }

  private void end() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      forgetOut();
      tls.handshakes.end(this);
      wire.close();
    }
  }

  /** Without close_notify too: what a peer leaves out harms only itself, as each request ends. */
  @Override
  public void inputEnded() {
    switch (state) {
      case OPEN -> endInput();
      case HANDSHAKE -> {
        if (started.isPresent()) {
          fail("the peer has ended the connection in the handshake");
        } else {
          end();
        }
      }
      case CLOSED -> {}
    }
  }

  private void endInput() {
    if (!inputEnded) {
      inputEnded = true;
      inside.ifPresentOrElse(Conversation::inputEnded, this::end);
    }
  }

  @Override
  public void writable() {
    inside.ifPresent(Conversation::writable);
  }

  @Override
  public void disconnected(Loss how) {
    state = State.CLOSED;
    tls.handshakes.end(this);
    forgetOut();
    if (hasKept) {
      forgetKept();
    }
    inside.ifPresent(conversation -> conversation.disconnected(how));
    recording.end();
  }

  @Override
  public String peer() {
    return wire.peer();
  }

  @Override
  public boolean isSealed() {
    return true;
  }

  @Override
  public String local() {
    return wire.local();
  }

  /** {@inheritDoc} It is open to read, as nobody on the network has seen it. */
  @Override
  public Recording recording() {
    return recording;
  }

  /** {@inheritDoc} Bytes are those on the network. */
  @Override
  public WireFacts facts() {
    return wire.facts();
  }
}
