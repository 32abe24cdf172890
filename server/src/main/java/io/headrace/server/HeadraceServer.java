package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.journal.JournalException;
import io.headrace.journal.RecoveryListener;
import io.headrace.queue.QueueMachine;
import io.headrace.server.beanstalk.BeanstalkProtocol;
import io.headrace.server.beanstalk.HostFacts;
import io.headrace.server.captures.CaptureFiles;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.FlightRecorder;
import io.headrace.server.events.DeathRate;
import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import io.headrace.server.events.TargetSink;
import io.headrace.server.metrics.AdminListener;
import io.headrace.server.metrics.JobMeters;
import io.headrace.server.metrics.LoopCensus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job server: one queue, one log, one loop, and the sockets it is spoken to by. Accepts
 * connections when {@link #start} returns.
 */
public final class HeadraceServer implements AutoCloseable {
  /** Time that {@link #close} gives the loop to answer what it has and to force the log. */
  static final long CLOSE_WAIT_S = 60;

  /** Time between two looks at the peers that owe something. */
  static final long SWEEP_MS = 1_000;

  /** Time between two looks whether what is held is done, while it stops. */
  private static final long IDLE_LOOK_MS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(HeadraceServer.class);

  private final CompletableFuture<ServerEnd> end;
  private final NettyLoopThread thread;
  private final BodyStore bodies;
  private final QueueMachine machine = new QueueMachine();
  private final QueueLoop loop;
  private final Admission admission;
  private final BeanstalkProtocol protocol;
  private final Security security;
  private final Reception reception;
  private final LoopCensus census;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private Optional<AdminListener> admin = Optional.empty();
  private final List<Listener> listeners = new ArrayList<>();
  private final TargetSink events;
  private final ResourceWatch watch;
  private final CaptureFiles captureFiles;
  private final Optional<AgeWatch> ages;
  private final int jobsAtStart;

  private HeadraceServer(
      ServerOptions options,
      Security security,
      RecoveryListener progress,
      TargetSink events,
      NettyLoopThread thread,
      ClientFaults faults,
      BodyStore bodies,
      CompletableFuture<ServerEnd> end) {
    this.security = security;
    this.thread = thread;
    this.bodies = bodies;
    this.end = end;
    this.events = events;
    var wake = new Wake();
    OpenLog opened =
        OpenLog.open(
            options.journal(),
            bodies,
            machine,
            progress,
            () -> thread.execute(() -> wake.target.run()));
    admission =
        new Admission(
            opened.log(),
            bodies,
            machine,
            options.jobsMax(),
            options.keys().max(),
            () -> tellDrain(events));
    jobsAtStart = machine.size();
    reception =
        new Reception(
            thread,
            Reception.fit(options.connections()),
            options.peers().peerTimeout().map(KeepAlive::within));
    loop = new QueueLoop(machine, opened.log(), bodies, thread, wallNs(), thread::fail);
    wake.target = loop::wake;
    var meters = new JobMeters();
    loop.tell(new TellingWatch(meters, events, new DeathRate(options.events().deathsPerMinute())));
    captureFiles = captureFiles(options);
    var recorder = new FlightRecorder(options.recorder());
    thread.execute(() -> thread.recordWith(recorder));
    var captures =
        new Captures(options.recorder(), recorder, captureFiles, System::nanoTime, wallNs());
    protocol =
        new BeanstalkProtocol(
            loop,
            bodies,
            admission,
            HostFacts.read(
                options.version(),
                ThreadLocalRandom.current().nextLong(),
                thread.turns(),
                meters::p99RunNs,
                reception::numbers),
            opened.facts(),
            options.maxJobBytes(),
            options.peers(),
            faults,
            captures,
            security.tokens());
    watch =
        ResourceWatch.start(
            ResourceWatch.system(options.journal()),
            events,
            HeadraceServer::wallNs,
            ResourceWatch.TICK);
    census =
        new LoopCensus(
            new LoopCensus.Sources(
                machine,
                loop,
                thread,
                bodies,
                admission,
                opened.facts(),
                thread.turns(),
                meters,
                faults,
                reception::numbers,
                captures::numbers,
                security::tlsFailures));
    ages =
        options
            .events()
            .age()
            .map(longest -> AgeWatch.start(census::late, longest, events, HeadraceServer::wallNs));
  }

  /** What the log wakes: the loop, as soon as there is one. */
  private static final class Wake {
    private volatile Runnable target = () -> {};
  }

  private static CaptureFiles captureFiles(ServerOptions options) {
    return options.recorder().on() && options.journal().isPresent()
        ? CaptureFiles.in(options.journal().get().directory(), options.recorder().capturesMax())
        : CaptureFiles.nowhere();
  }

  /** Starts a server, and tells nobody how its recovery goes. */
  public static HeadraceServer start(ServerOptions options) {
    return start(options, RecoveryListener.silent(), Optional.empty(), () -> {});
  }

  /**
   * Starts a server: recovers the journal, binds its addresses, and only then accepts.
   *
   * @param progress told of the recovery, on this thread
   * @param drainFor where it is there, clients may end the server too, as {@link #stop} does
   * @param beforeListening called when it is recovered, before anybody can connect
   * @throws UnusableFileException when a file of {@link ServerOptions#security} is of no use
   * @throws ListenException when an address cannot be listened on
   * @throws JournalException when the journal cannot be recovered
   */
  public static HeadraceServer start(
      ServerOptions options,
      RecoveryListener progress,
      Optional<Duration> drainFor,
      Runnable beforeListening) {
    var security = Security.read(options.security());
    var inherited = InheritedSockets.from(System.getenv(), ProcessHandle.current().pid());
    var events = TargetSink.start(options.events().command(), options.events().url());
    boolean done = false;
    try {
      var server = recovered(options, security, progress, events);
      // Before anybody can ask.
      drainFor.ifPresent(server::stopWhenAsked);
      beforeListening.run();
      server.listen(options, inherited);
      server.tellStart(options.version());
      done = true;
      return server;
    } catch (JournalException e) {
      String why = String.valueOf(e.getMessage());
      events.tell(
          Event.of(EventKind.JOURNAL_REFUSED, wallNs(), "the server has not started: " + why));
      events.closePatiently();
      throw e;
    } finally {
      if (!done) {
        events.close();
      }
    }
  }

  private void tellStart(String version) {
    events.tell(
        Event.of(
                EventKind.RESTARTED,
                wallNs(),
                String.format(
                    Locale.ROOT,
                    "headrace %s has started with %,d jobs, and listens on %s",
                    version,
                    jobsAtStart,
                    String.join(", ", addresses())))
            .with("version", version)
            .with("jobs", jobsAtStart)
            .with("pid", ProcessHandle.current().pid()));
  }

  private static void tellDrain(TargetSink events) {
    events.tell(
        Event.of(
            EventKind.DRAINING,
            wallNs(),
            "the server drains: puts are refused until 'undrain', or a restart"));
  }

  /** A server that does not listen yet. When there is none, nothing of it is left. */
  private static HeadraceServer recovered(
      ServerOptions options, Security security, RecoveryListener progress, TargetSink events) {
    var end = new CompletableFuture<ServerEnd>();
    var faults = new ClientFaults();
    var backlog = new Backlog(OutLimits.backlogBytesMax(), options.peers().sendTimeout(), faults);
    var thread = NettyLoopThread.start("headrace-loop", backlog, reason -> fail(end, reason));
    var bodies = BodyStore.offHeap(options.memoryBytes(), options.maxJobBytes());
    boolean done = false;
    try {
      var server =
          new HeadraceServer(options, security, progress, events, thread, faults, bodies, end);
      done = true;
      return server;
    } finally {
      if (!done) {
        thread.close();
        bodies.close();
      }
    }
  }

  private void listen(ServerOptions options, List<ListenAddress.Inherited> inherited) {
    security.start(protocol, thread);
    try {
      for (ListenAddress address : options.listen()) {
        Protocol spoken = security.at(address, protocol);
        listeners.add(Listener.bind(address, thread, spoken, reception));
      }
      for (ListenAddress address : inherited) {
        listeners.add(Listener.bind(address, thread, protocol, reception));
      }
      admin = options.admin().flatMap(place -> openAdmin(place, options.version()));
    } catch (ListenException e) {
      close();
      throw e;
    }
    thread.execute(() -> {
      loop.start(options.policy(), options.keys().window().toNanos());
      thread.executeAfter(SWEEP_MS, this::sweep);
    });
    listeners.forEach(Listener::accept);
    FailurePaths.load();
    ListenQueues.warnWhereShort(Listener.BACKLOG);
    LOG.info("listening on {}, for at most {} connections", addresses(), connections().max());
  }

  /** A crowd that is to be closed at once is closed in pieces, and others are heard in between. */
  private void sweep() {
    loop.asked();
    boolean more = protocol.sweep();
    more |= thread.backlog().sweep(thread.nanoTime());
    if (more) {
      thread.executeAfterReads(this::sweep);
    } else {
      bodies.trim();
      thread.executeAfter(SWEEP_MS, this::sweep);
    }
  }

  private Optional<AdminListener> openAdmin(AdminPlace place, String version) {
    try {
      return Optional.of(AdminListener.open(place.address(), census, version));
    } catch (ListenException e) {
      if (!place.optional()) {
        throw e.of("admin-listen");
      }
      LOG.warn("{}. The server goes on without it", e.getMessage());
      return Optional.empty();
    }
  }

  /** Where it tells its numbers by HTTP, if it does. */
  public Optional<String> adminAddress() {
    return admin.map(AdminListener::address);
  }

  /** Where it listens, with the ports that the system chose. */
  public List<String> addresses() {
    return listeners.stream().flatMap(listener -> listener.names().stream()).toList();
  }

  /** How many connections it takes, of as many as were asked for. */
  public ConnectionOptions connections() {
    return reception.connections().limits();
  }

  /** How many files and sockets this process may have, as it was at the start. */
  public long descriptorsMax() {
    return reception.descriptorsMax();
  }

  /** Begins or ends the refusal of puts; done when this returns. */
  public void drain(boolean on) {
    var done = new CompletableFuture<Boolean>();
    thread.execute(() -> {
      admission.drain(on);
      done.complete(on);
    });
    CompletableFuture.anyOf(done, end).join();
  }

  private void stopWhenAsked(Duration drainFor) {
    Runnable stop =
        () -> {
          // Who is told of it puts no job any more.
          admission.end();
          // The loop has to go on while it stops.
          Thread.ofPlatform().name("headrace-stop").start(() -> stop(drainFor));
        };
    thread.execute(() -> protocol.onShutdown(stop));
  }

  /**
   * Waits until the server has stopped or failed, and what has happened is told. The line of a
   * failure was printed already.
   */
  public ServerEnd awaitEnd() {
    ServerEnd how = end.join();
    events.close();
    return how;
  }

  /**
   * Stops without cutting work off: takes no connection and no job more, hands none out, ends the
   * reserves that wait, and closes when no job is held any more. A second call, while the first
   * waits, closes at once.
   *
   * @param drainFor how long jobs that are held may take to be done; then they are given up, and
   *     are ready again after the next start
   */
  public void stop(Duration drainFor) {
    if (stopping.compareAndSet(false, true)) {
      listeners.forEach(Listener::close);
      var done = new CompletableFuture<ServerEnd>();
      thread.execute(() -> drain(drainFor, done));
      CompletableFuture.anyOf(done, end).join();
    }
    close();
  }

  private void drain(Duration drainFor, CompletableFuture<ServerEnd> done) {
    admission.end();
    loop.endWaits();
    if (heldJobs() > 0 && drainFor.isPositive()) {
      LOG.warn(
          "stopping: {} jobs are held, and have {} ms to be done (drain-timeout). A second signal"
              + " ends this server at once",
          heldJobs(),
          drainFor.toMillis());
    }
    awaitIdle(thread.nanoTime() + drainFor.toNanos(), done);
  }

  private long heldJobs() {
    return machine.totals().reserved();
  }

  private void awaitIdle(long deadlineNanos, CompletableFuture<ServerEnd> done) {
    boolean late = thread.nanoTime() - deadlineNanos >= 0;
    boolean idle = heldJobs() == 0 && machine.totals().waiting() == 0;
    if (!idle && !late) {
      thread.executeAfter(IDLE_LOOK_MS, () -> awaitIdle(deadlineNanos, done));
      return;
    }
    if (heldJobs() > 0) {
      LOG.warn("stopped with {} jobs held: they are ready after the next start", heldJobs());
    }
    done.complete(new ServerEnd.Stopped());
  }

  /** Answers what it has, forces the log, and closes everything. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    watch.close();
    ages.ifPresent(AgeWatch::close);
    admin.ifPresent(AdminListener::close);
    listeners.forEach(Listener::close);
    var stopped = new CompletableFuture<ServerEnd>();
    thread.execute(() -> {
      loop.close();
      thread.end();
      stopped.complete(new ServerEnd.Stopped());
    });
    try {
      end.applyToEither(stopped, e -> e).get(CLOSE_WAIT_S, TimeUnit.SECONDS);
      thread.close();
      security.close();
      bodies.close();
      reception.close();
      captureFiles.close();
      events.close();
      end.complete(new ServerEnd.Stopped());
    } catch (TimeoutException e) {
      fail(end, new JournalException("the server did not stop within " + CLOSE_WAIT_S + " s", e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(end, new JournalException("the server was interrupted while it stopped", e));
    } catch (ExecutionException e) {
      fail(end, e);
    }
  }

  private static void fail(CompletableFuture<ServerEnd> end, Throwable reason) {
    ServerEnd.Failed failed =
        switch (reason) {
          case JournalException e ->
              new ServerEnd.Failed(ServerEnd.Failed.WORLD, String.valueOf(e.getMessage()));
          default ->
              new ServerEnd.Failed(
                  ServerEnd.Failed.BUG, "a fault of this server: " + reason + ". Please report it");
        };
    synchronized (end) {
      if (end.isDone()) {
        return;
      }
      // Said first: who waits for the end may end the process at once.
      try {
        if (failed.exitCode() == ServerEnd.Failed.BUG) {
          LOG.error("The fault that ends this server", reason);
        }
        System.err.println("headrace: " + failed.message());
      } finally {
        end.complete(failed);
      }
    }
  }

  private static long wallNs() {
    Instant now = Clock.systemUTC().instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
