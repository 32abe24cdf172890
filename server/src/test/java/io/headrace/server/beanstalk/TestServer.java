package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.JournalException;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.server.Admission;
import io.headrace.server.ClientFaults;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.Conversation;
import io.headrace.server.LogFacts;
import io.headrace.server.Loss;
import io.headrace.server.PeerOptions;
import io.headrace.server.QueueLoop;
import io.headrace.server.Reloaded;
import io.headrace.server.TurnTimes;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.RecorderOptions;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The server without its network: the real loop, machine and sessions on a hand-turned thread. */
final class TestServer implements AutoCloseable {
  static final long SECOND_NS = 1_000_000_000;

  /** As many keys are remembered. */
  static final int KEYS_MAX = 100;

  private static final long WALL_NS = 1_750_000_000L * SECOND_NS;

  final ManualThread thread = new ManualThread();
  final QueueMachine machine = new QueueMachine();
  final BodyStore bodies;
  final Admission admission;
  final QueueLoop loop;
  final BeanstalkProtocol protocol;
  final Captures captures;

  /** What is known of how long jobs run. */
  long runP99Ns;

  final List<JournalException> failures = new ArrayList<>();

  TestServer() {
    this(new VolatileLog(), 64 << 20, BeanstalkProtocol.JOB_BYTES_DEFAULT);
  }

  /** One that asks for tokens. */
  TestServer(CommandLog log, Reloaded<Tokens> tokens) {
    this(
        log,
        64 << 20,
        BeanstalkProtocol.JOB_BYTES_DEFAULT,
        PeerOptions.defaults(),
        RecorderOptions.standard(),
        Optional.of(tokens));
  }

  TestServer(CommandLog log, long bodyBudgetBytes, int maxJobBytes) {
    this(log, bodyBudgetBytes, maxJobBytes, PeerOptions.defaults());
  }

  TestServer(CommandLog log, long bodyBudgetBytes, int maxJobBytes, PeerOptions connection) {
    this(
        log,
        bodyBudgetBytes,
        maxJobBytes,
        connection,
        RecorderOptions.standard(),
        Optional.empty());
  }

  TestServer(CommandLog log, long bodyBudgetBytes, int maxJobBytes, RecorderOptions recorder) {
    this(log, bodyBudgetBytes, maxJobBytes, PeerOptions.defaults(), recorder, Optional.empty());
  }

  private TestServer(
      CommandLog log,
      long bodyBudgetBytes,
      int maxJobBytes,
      PeerOptions connection,
      RecorderOptions recorder,
      Optional<Reloaded<Tokens>> tokens) {
    bodies = BodyStore.offHeap(bodyBudgetBytes, 1);
    admission = new Admission(log, bodies, machine, Integer.MAX_VALUE, KEYS_MAX);
    loop = new QueueLoop(machine, log, bodies, thread, WALL_NS, failures::add);
    var facts =
        new ServerFacts(
            "0.1.0",
            "0123456789abcdef",
            42,
            "host",
            "#1 SMP",
            "x86_64",
            CpuTimes.NONE,
            new TurnTimes(),
            _ -> runP99Ns,
            () -> ConnectionNumbers.NONE);
    captures = Captures.inMemory(recorder, thread::nanoTime, WALL_NS);
    protocol =
        new BeanstalkProtocol(
            loop,
            bodies,
            admission,
            facts,
            LogFacts.NONE,
            maxJobBytes,
            connection,
            new ClientFaults(),
            captures,
            tokens);
    loop.start(PolicySettings.NONE, Limits.KEY_WINDOW_NS);
    thread.run();
  }

  Peer connect() {
    return new Peer("10.0.0.1:" + (loop.open().ever() + 50_000));
  }

  /** A new worker takes the next job, which there must be. */
  Peer worker() {
    Peer worker = connect();
    assertThat(worker.ask("reserve-with-timeout 0")).startsWith("RESERVED");
    return worker;
  }

  void pass(long seconds) {
    thread.pass(seconds * SECOND_NS);
  }

  /** Lets time pass, and has the server look after it whose command takes too long. */
  void passAndSweep(long seconds) {
    pass(seconds);
    loop.arrived();
    while (protocol.sweep()) {
      thread.run();
    }
    thread.run();
  }

  @Override
  public void close() {
    loop.close();
    machine.validate();
    bodies.close();
  }

  /** One client. */
  final class Peer {
    final MemoryWire wire;
    final Conversation conversation;

    Peer(String name) {
      wire = new MemoryWire(name, captures.recorder().open());
      conversation = protocol.open(wire);
    }

    /** Sends these bytes as one packet, one byte a character; returns what came back. */
    String send(String bytes) {
      push(bytes);
      thread.run();
      return wire.take();
    }

    /** Sends these bytes as one packet of a turn that is not over yet. */
    void push(String bytes) {
      var packet = Unpooled.wrappedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1));
      wire.recording().received(packet, thread.nanoTime());
      conversation.received(packet);
    }

    /** Sends as many of these bytes as the session has room for; returns how many. */
    int offer(String bytes) {
      int room = Math.min(conversation.roomBytes(), bytes.length());
      if (room > 0) {
        push(bytes.substring(0, room));
        thread.run();
      }
      return room;
    }

    /** Sends one line and its CRLF; returns the reply without its last CRLF. */
    String ask(String line) {
      String reply = send(line + "\r\n");
      return reply.endsWith("\r\n") ? reply.substring(0, reply.length() - 2) : reply;
    }

    String put(String body) {
      return ask("put 0 0 60 " + body.length() + "\r\n" + body);
    }

    /** Sends FIN; returns what came back, also what is answered in pieces. */
    String end() {
      conversation.inputEnded();
      thread.pass(SECOND_NS / 10);
      return wire.take();
    }

    void disconnect() {
      conversation.disconnected(Loss.RESET);
      wire.recording().end();
      thread.run();
    }
  }
}
