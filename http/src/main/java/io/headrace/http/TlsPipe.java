package io.headrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** TLS on a wire, by the JDK; the certificate must name the host that was asked for. */
final class TlsPipe implements Pipe {
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  /** What a record of TLS begins with (RFC 8446 section 5.1). */
  private static final int RECORD_TYPE_MIN = 20;

  private static final int RECORD_TYPE_MAX = 23;

  private final Wire wire;
  private final SSLEngine engine;

  /** The first bytes that came, as evidence of what speaks no TLS. */
  private final KeptBytes first;

  /** Records that came; and, between its position and its limit, what is to be opened. */
  private final ByteBuffer in;

  /** Likewise: a record that is to be sent. */
  private final ByteBuffer out;

  /** Likewise: what was opened, and is to be read. */
  private final ByteBuffer opened;

  /** Whether the server has said that nothing more comes (close_notify). */
  private boolean endedProperly;

  TlsPipe(Wire wire, SSLContext context, WebAddress address, int firstKeptMax) {
    this.wire = wire;
    engine = context.createSSLEngine(address.host(), address.port());
    engine.setUseClientMode(true);
    var parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    first = new KeptBytes(firstKeptMax);
    var session = engine.getSession();
    in = ByteBuffer.allocate(session.getPacketBufferSize()).flip();
    out = ByteBuffer.allocate(session.getPacketBufferSize()).flip();
    opened = ByteBuffer.allocate(session.getApplicationBufferSize()).flip();
  }

  /** Agrees on keys. */
  void shakeHands(Clock.Until until) throws IOException, EndedException, InterruptedException {
    engine.beginHandshake();
    int operation = handshakeStep();
    while (operation != 0) {
      if (!wire.await(operation, until.ns())) {
        throw until.over(Stage.TLS);
      }
      operation = handshakeStep();
    }
  }

  /** Goes as far as it can; returns the operation that it waits for, 0 when keys are agreed on. */
  private int handshakeStep() throws IOException, EndedException {
    while (true) {
      send();
      if (!isFlushed()) {
        return SelectionKey.OP_WRITE;
      }
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> seal(NO_BYTES);
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!open()) {
            int got = endedProperly ? -1 : receive();
            if (got < 0) {
              throw new EndedException(new Verdict.EarlyClose(Stage.TLS));
            }
            if (got == 0) {
              return SelectionKey.OP_READ;
            }
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return 0;
        }
      }
    }
  }

  /** Tells the server, in an alert, why there is no agreement; as far as that can be told. */
  void sayWhy() {
    try {
      var _ = seal(NO_BYTES);
    } catch (IOException _) {
      // The server had the last word, or is gone.
    }
  }

  /** The first bytes that came where they are no TLS; what is sealed tells nobody anything. */
  byte[] firstOfNoTls() {
    var bytes = first.kept();
    boolean isRecord =
        bytes.length > 0 && bytes[0] >= RECORD_TYPE_MIN && bytes[0] <= RECORD_TYPE_MAX;
    return isRecord ? new byte[0] : bytes;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    send();
    boolean taken = true;
    while (taken && from.hasRemaining() && isFlushed()) {
      taken = seal(from) > 0;
    }
  }

  @Override
  public boolean isFlushed() {
    return !out.hasRemaining();
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    while (!opened.hasRemaining()) {
      if (endedProperly) {
        return -1;
      }
      if (!open() && !endedProperly) {
        int got = receive();
        if (got <= 0) {
          return got;
        }
      }
    }
    int bytes = Math.min(opened.remaining(), to.remaining());
    to.put(to.position(), opened, opened.position(), bytes);
    to.position(to.position() + bytes);
    opened.position(opened.position() + bytes);
    return bytes;
  }

  @Override
  public boolean isEndedProperly() {
    return endedProperly;
  }

  @Override
  public void end() throws IOException {
    engine.closeOutbound();
    send();
    if (isFlushed()) {
      seal(NO_BYTES);
    }
  }

  /** Seals one record, when the one before it is sent, and sends of it what can be sent. */
  private int seal(ByteBuffer plain) throws IOException {
    out.clear();
    SSLEngineResult result;
    try {
      result = engine.wrap(plain, out);
    } finally {
      out.flip();
    }
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && plain.hasRemaining()) {
      throw new SSLException("the server has ended TLS");
    }
    send();
    return result.bytesConsumed();
  }

  private void send() throws IOException {
    if (out.hasRemaining()) {
      wire.write(out);
    }
  }

  /** Opens one record; false when none is there as a whole. */
  private boolean open() throws IOException {
    opened.clear();
    SSLEngineResult result;
    try {
      result = engine.unwrap(in, opened);
    } finally {
      opened.flip();
    }
    return switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> false;
      case CLOSED -> {
        endedProperly = true;
        yield false;
      }
      case OK -> {
        answer();
        yield result.bytesConsumed() > 0;
      }
      case BUFFER_OVERFLOW -> throw new SSLException("a record is larger than it may be");
    };
  }

  /** What a server may want in the middle: new keys, another handshake. */
  private void answer() throws IOException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      engine.getDelegatedTask().run();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && isFlushed()) {
      seal(NO_BYTES);
    }
  }

  /** Receives what has come; 0 when nothing has, -1 when nothing will. */
  private int receive() throws IOException {
    in.compact();
    int from = in.position();
    int got;
    if (!in.hasRemaining()) {
      throw new SSLException("a record is larger than it may be");
    }
    try {
      got = wire.read(in);
    } finally {
      in.flip();
    }
    if (got > 0) {
      first.take(in.slice(from, got), got);
    }
    return got;
  }
}
