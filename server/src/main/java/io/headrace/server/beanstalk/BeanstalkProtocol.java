package io.headrace.server.beanstalk;

import io.headrace.journal.BodyStore;
import io.headrace.queue.Invariant;
import io.headrace.server.Admission;
import io.headrace.server.ClientFaults;
import io.headrace.server.Conversation;
import io.headrace.server.LogFacts;
import io.headrace.server.PeerOptions;
import io.headrace.server.Protocol;
import io.headrace.server.QueueLoop;
import io.headrace.server.Reloaded;
import io.headrace.server.Session;
import io.headrace.server.Wire;
import io.headrace.server.captures.Captures;
import java.util.Optional;

/**
 * The beanstalk protocol, as beanstalkd 1.13's protocol.txt describes it, with a few commands of
 * Headrace's own. One serves all connections of a loop, whatever address they came in by; what they
 * can share, since only one is served at a time, lives here.
 */
public final class BeanstalkProtocol implements Protocol {
  /** beanstalkd's default for the largest body, in bytes. */
  public static final int JOB_BYTES_DEFAULT = 65_535;

  /** The largest body that can be allowed, in bytes, as in beanstalkd. */
  public static final int JOB_BYTES_MAX = 1 << 30;

  final QueueLoop loop;
  final BodyStore bodies;
  final Admission admission;
  final Counters counters = new Counters();
  final BeanstalkEncoder encoder;
  final BeanstalkReads reads;
  final int maxJobBytes;
  final ClientFaults faults;
  final OpenCommands openCommands;
  final InputBudget input;
  final Captures captures;
  private final Optional<Reloaded<Tokens>> tokens;
  private final BeanstalkDecoder.Scratch scratch;
  private Optional<Runnable> shutdown = Optional.empty();

  /** A protocol with the patience that holds unless somebody has chosen. */
  public BeanstalkProtocol(
      QueueLoop loop,
      BodyStore bodies,
      Admission admission,
      ServerFacts facts,
      LogFacts logFacts,
      int maxJobBytes) {
    this(
        loop,
        bodies,
        admission,
        facts,
        logFacts,
        maxJobBytes,
        PeerOptions.defaults(),
        new ClientFaults(),
        Captures.none(),
        Optional.empty());
  }

  /**
   * A protocol over a loop.
   *
   * @param maxJobBytes the largest body that a put may have, 1 to {@link #JOB_BYTES_MAX}
   * @param options how patient it is with peers
   * @param faults where it counts what they do wrong
   * @param captures where the bytes go of connections on which something goes wrong
   * @param tokens where there are some, a session must have one, and may do what that allows
   */
  public BeanstalkProtocol(
      QueueLoop loop,
      BodyStore bodies,
      Admission admission,
      ServerFacts facts,
      LogFacts logFacts,
      int maxJobBytes,
      PeerOptions options,
      ClientFaults faults,
      Captures captures,
      Optional<Reloaded<Tokens>> tokens) {
    Invariant.check(maxJobBytes >= 1 && maxJobBytes <= JOB_BYTES_MAX, "1 B to 1 GiB a job");
    this.loop = loop;
    this.bodies = bodies;
    this.admission = admission;
    this.maxJobBytes = maxJobBytes;
    this.faults = faults;
    openCommands = new OpenCommands(options.commandTimeout());
    input = new InputBudget(options.inputBytesMax());
    scratch = new BeanstalkDecoder.Scratch(bodies.budgetBytes());
    this.captures = captures;
    this.tokens = tokens;
    encoder = new BeanstalkEncoder(bodies);
    reads = new BeanstalkReads(this, facts, logFacts);
  }

  @Override
  public Conversation open(Wire wire) {
    var session = new BeanstalkSession(this, wire);
    loop.connect(session);
    return session;
  }

  /**
   * Closes some of the connections whose peers have begun a command and do not complete it in time.
   * To be called about once a second, on the loop's thread, and again soon while it returns true.
   */
  public boolean sweep() {
    return openCommands.sweep(loop.nowNs());
  }

  /** beanstalkd has no word for it; this one is an error to every client, whatever it asked. */
  @Override
  public byte[] noPlace() {
    return Word.OUT_OF_MEMORY.line().clone();
  }

  /** Has {@code action} run, on the loop's thread, when a client asks the server to end. */
  public void onShutdown(Runnable action) {
    shutdown = Optional.of(action);
  }

  /** Ends the server, where that is for a client to ask; returns what is said of that. */
  Word shutDown() {
    shutdown.ifPresent(Runnable::run);
    return shutdown.isPresent() ? Word.STOPPING : Word.UNKNOWN_COMMAND;
  }

  /** Begins or ends the refusal of puts; returns what is said of that. */
  Word drain(boolean on) {
    admission.drain(on);
    return on ? Word.DRAIN_ON : Word.DRAIN_OFF;
  }

  /** What one session may do. */
  Permit newPermit(Session session) {
    return tokens
        .<Permit>map(file -> new TokenPermit(file, loop.queue(), session))
        .orElse(Permit.EVERYTHING);
  }

  /** A decoder of one connection, which tells {@code evidence} what it cannot read. */
  BeanstalkDecoder newDecoder(Permit permit, Evidence evidence) {
    return new BeanstalkDecoder(
        scratch, permit, bodies, admission, counters, maxJobBytes, evidence);
  }
}
