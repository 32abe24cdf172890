package io.headrace.server.tls;

import io.headrace.server.Conversation;
import io.headrace.server.ConversationFault;
import io.headrace.server.LoopThread;
import io.headrace.server.Protocol;
import io.headrace.server.Wire;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Another protocol inside TLS, 1.3 or 1.2 (RFC 8446, RFC 5246): its conversations begin when keys
 * are agreed on, and their wires are the ones here. One serves all connections of a loop; what they
 * can share, since only one is served at a time, lives here.
 */
public final class TlsProtocol implements Protocol, AutoCloseable {
  /** Threads for what an engine must not do on the loop: signatures and chains of certificates. */
  static final int TASK_THREADS = 2;

  /** Room for what one record holds, in bytes, and for a record: more than any engine asks for. */
  static final int RECORD_BYTES_MAX = 33 * 1024;

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  final LoopThread loop;
  final ByteBufAllocator buffers;
  final Handshakes handshakes;
  final ByteBuf received = Unpooled.directBuffer(RECORD_BYTES_MAX, RECORD_BYTES_MAX);
  final ByteBuf sealed = Unpooled.directBuffer(RECORD_BYTES_MAX, RECORD_BYTES_MAX);
  final ConversationFault faults;

  /** Asked for that of each connection. */
  final Supplier<Recording> recordings;

  private final Protocol inside;
  private final Supplier<SSLContext> context;
  private final boolean clientsShowCertificate;
  private final ExecutorService tasks;

  /**
   * A protocol inside TLS.
   *
   * @param context asked for each connection
   * @param clientsShowCertificate whether clients must show a certificate that the context trusts
   * @param buffers of the loop's thread
   * @param faults who tells of connections that are closed by a fault
   * @param recordings asked for one of each connection that speaks
   */
  public TlsProtocol(
      Protocol inside,
      Supplier<SSLContext> context,
      boolean clientsShowCertificate,
      LoopThread loop,
      ByteBufAllocator buffers,
      ConversationFault faults,
      Supplier<Recording> recordings) {
    this.inside = inside;
    this.context = context;
    this.clientsShowCertificate = clientsShowCertificate;
    this.loop = loop;
    this.buffers = buffers;
    this.faults = faults;
    this.recordings = recordings;
    handshakes = new Handshakes(loop.nanoTime());
    // At most one task a handshake waits here: Handshakes has the limit.
    tasks =
        Executors.newFixedThreadPool(
            TASK_THREADS, Thread.ofPlatform().daemon().name("headrace-tls-", 1).factory());
  }

  @Override
  public Conversation open(Wire wire) {
    return new TlsConversation(this, wire);
  }

  /** How many connections could not agree on keys. Called on the loop's thread. */
  public long failures() {
    return handshakes.failures();
  }

  /** Ends connections that take too long to agree on keys. Called on the loop's thread. */
  public void endLateHandshakes() {
    long before = loop.nanoTime() - TimeUnit.MILLISECONDS.toNanos(Handshakes.TIME_MAX_MS);
    handshakes.begunBefore(before).forEach(TlsConversation::tooLate);
  }

  Conversation openInside(Wire wire) {
    return inside.open(wire);
  }

  SSLEngine newEngine() {
    SSLEngine engine = context.get().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(VERSIONS);
    engine.setNeedClientAuth(clientsShowCertificate);
    return engine;
  }

  /** Does what the engine has to do off the loop, and then has {@code done} run on it. */
  void runTasks(SSLEngine engine, Runnable done) {
    tasks.execute(() -> {
      try {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      } finally {
        loop.execute(done);
      }
    });
  }

  /** Called when the loop's thread has ended. */
  @Override
  public void close() {
    tasks.shutdownNow();
    received.release();
    sealed.release();
  }
}
