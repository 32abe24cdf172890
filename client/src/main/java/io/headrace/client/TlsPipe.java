package io.headrace.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** TLS, 1.3 or 1.2, on a channel that does not block. */
final class TlsPipe implements Pipe {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** Records that came; and, between its position and its limit, what is to be opened. */
  private final ByteBuffer in;

  /** Likewise: a record that is to be sent. */
  private final ByteBuffer out;

  /** Likewise: what was opened, and is to be read. */
  private final ByteBuffer opened;

  private boolean ended;

  TlsPipe(SocketChannel channel, SSLContext context, ServerAddress.Tcp server) {
    this.channel = channel;
    engine = context.createSSLEngine(server.host(), server.port());
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(VERSIONS);
    var parameters = engine.getSSLParameters();
    // The rules of RFC 2818: the certificate must name the host that was asked for.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    var session = engine.getSession();
    in = ByteBuffer.allocateDirect(session.getPacketBufferSize()).flip();
    out = ByteBuffer.allocateDirect(session.getPacketBufferSize()).flip();
    opened = ByteBuffer.allocateDirect(session.getApplicationBufferSize()).flip();
  }

  /** Waits until the channel is ready for one of {@link SelectionKey}'s operations. */
  interface Wait {
    void until(int operation) throws IOException;
  }

  /** Agrees on keys. */
  void shakeHands(Wait wait) throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> {
          seal(NO_BYTES);
          while (!isWritten()) {
            wait.until(SelectionKey.OP_WRITE);
            send();
          }
        }
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!open() && !receive()) {
            wait.until(SelectionKey.OP_READ);
          }
          if (ended) {
            throw new SSLException("the server closed the connection in the handshake");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  /** Tells the server, in an alert, why there is no agreement; as far as that can be told. */
  void sayWhy() {
    try {
      seal(NO_BYTES);
    } catch (IOException _) {
      // The server had the last word, or is gone.
    }
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    send();
    long taken = 0;
    for (int i = 0; i < buffers.length && isWritten(); ) {
      if (buffers[i].hasRemaining()) {
        taken += seal(buffers[i]);
      } else {
        i++;
      }
    }
    return taken;
  }

  @Override
  public boolean isWritten() {
    return !out.hasRemaining();
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
      channel.write(out);
    }
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    while (!opened.hasRemaining()) {
      if (ended) {
        return -1;
      }
      if (!open() && !receive()) {
        return ended ? -1 : 0;
      }
    }
    int bytes = Math.min(opened.remaining(), to.remaining());
    to.put(to.position(), opened, opened.position(), bytes);
    to.position(to.position() + bytes);
    opened.position(opened.position() + bytes);
    return bytes;
  }

  /** Opens one record; false when none is there as a whole. */
  private boolean open() throws SSLException {
    if (!in.hasRemaining()) {
      return false;
    }
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
        ended = true;
        yield true;
      }
      case OK -> true;
      case BUFFER_OVERFLOW -> throw new SSLException("a record is larger than it may be");
    };
  }

  /** Receives what has come; false when nothing has, or nothing will. */
  private boolean receive() throws IOException {
    in.compact();
    int got = channel.read(in);
    in.flip();
    ended |= got < 0;
    return got > 0;
  }

  @Override
  public void end() throws IOException {
    engine.closeOutbound();
    if (isWritten()) {
      seal(NO_BYTES);
    }
    channel.shutdownOutput();
  }
}
