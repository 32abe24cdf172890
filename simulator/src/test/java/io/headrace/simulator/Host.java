package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.JournalException;
import io.headrace.journal.JournalThreads;
import io.headrace.queue.QueueMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The machine that the server is started on again and again, with its disk. */
final class Host {
  /** How often a start may be struck by a fault, one after the other. */
  private static final int STARTS_MAX = 100;

  private final Scenario scenario;
  private final SplittableRandom random;
  private final SimClock clock;
  private final History history;
  private final Accounts accounts;
  private final FakeDisk disk;
  private final LogKind kind;
  private SimJournalThread forces;
  private SimJournalThread chores;
  private SimJournalThread reads;
  private Optional<SimServer> server = Optional.empty();
  private final List<String> refusals = new ArrayList<>();
  private long required;
  private int starts;

  Host(
      Scenario scenario,
      LogKind kind,
      SplittableRandom random,
      SimClock clock,
      Accounts accounts,
      FakeDisk disk) {
    this.scenario = scenario;
    this.kind = kind;
    this.random = random;
    this.clock = clock;
    this.accounts = accounts;
    this.disk = disk;
    history = new History();
    forces = new SimJournalThread(clock);
    chores = new SimJournalThread(clock);
    reads = new SimJournalThread(clock);
  }

  SimServer server() {
    return server.orElseThrow();
  }

  boolean isUp() {
    return server.isPresent();
  }

  FakeDisk disk() {
    return disk;
  }

  History history() {
    return history;
  }

  int starts() {
    return starts;
  }

  /** What the server said when it did not start, or ended by itself. */
  List<String> refusals() {
    return refusals;
  }

  /** Starts the server, as often as it takes. A disk that fails is mended after a while. */
  void start() {
    for (int tries = 0; server.isEmpty(); tries++) {
      Violation.unless(tries < STARTS_MAX, "the server does not start: %s", refusals);
      forces = new SimJournalThread(clock);
      chores = new SimJournalThread(clock);
      reads = new SimJournalThread(clock);
      try {
        server =
            Optional.of(
                new SimServer(
                    scenario, clock, history, disk, required, accounts::ended, this::open));
        required = 0;
        starts++;
      } catch (SimulatedCrash e) {
        losePower();
      } catch (JournalException e) {
        Violation.unless(
            disk.isFaulty(), "the server refuses to start: %s", String.valueOf(e.getMessage()));
        refusals.add(String.valueOf(e.getMessage()));
        disk.faults(DiskFaults.NONE);
        stop();
      }
    }
  }

  /**
   * Starts a server on another disk, with threads that nobody runs; all that was ever appended must
   * be on it.
   */
  SimServer startOn(FakeDisk other) {
    var thread = new SimJournalThread(clock);
    return new SimServer(
        scenario,
        clock,
        history,
        other,
        required,
        accounts::ended,
        (bodies, machine, wake) ->
            kind.open(
                scenario,
                other,
                bodies,
                machine,
                new JournalThreads(thread, thread, thread),
                clock,
                wake));
  }

  private CommandLog open(BodyStore bodies, QueueMachine machine, Runnable wake) {
    var threads = new JournalThreads(forces, chores, reads);
    return kind.open(scenario, disk, bodies, machine, threads, clock, wake);
  }

  /**
   * Lets the server do something.
   *
   * @return false when that was its end, and it was started again
   */
  boolean survives(Runnable action) {
    try {
      action.run();
    } catch (SimulatedCrash e) {
      Violation.unless(disk.isCrashed(), "a crash that the disk knows nothing of: %s", e);
    }
    if (disk.isCrashed()) {
      losePower();
      start();
      return false;
    }
    Optional<JournalException> failure = server().failure();
    if (failure.isPresent()) {
      String message = String.valueOf(failure.get().getMessage());
      refusals.add(message);
      Violation.unless(disk.isFaulty(), "the server ends: %s", message);
      disk.faults(DiskFaults.NONE);
      stop();
      start();
      return false;
    }
    return true;
  }

  /** The process is gone; sometimes the power with it. */
  void stop() {
    if (random.nextBoolean()) {
      losePower();
    } else {
      kill();
    }
  }

  /** Cuts the power: what was not forced may be lost. */
  void losePower() {
    long promised = scenario.isForced() ? history.promised() : 0;
    required = isUp() ? promised : Math.min(required, promised);
    if (!scenario.isForced()) {
      accounts.allowLoss();
    }
    forget();
    disk.losePower();
  }

  /** Kills the process: what it has written is there. */
  void kill() {
    if (isUp()) {
      required = history.told();
    }
    forget();
    disk.loseProcess();
  }

  /** Stops the server in good order, and starts it again. */
  void shutDown() {
    if (end()) {
      start();
    }
  }

  /**
   * Ends the process in good order: everything that was appended is kept.
   *
   * @return false when a fault came first, and the server was started again
   */
  boolean end() {
    if (!survives(() -> server().close())) {
      return false;
    }
    required = server().mayRefuse() ? history.told() : history.last();
    forget();
    if (random.nextBoolean() && scenario.isForced()) {
      disk.losePower();
    } else {
      disk.loseProcess();
    }
    return true;
  }

  private void forget() {
    server.ifPresent(SimServer::forget);
    server = Optional.empty();
  }

  boolean threadsAreDue() {
    return forces.isDue() || chores.isDue() || reads.isDue();
  }

  long threadsDueNs() {
    return Math.min(forces.dueNs(), Math.min(chores.dueNs(), reads.dueNs()));
  }

  /** Runs a task of one of the journal's threads, if there is one. */
  void stepThreads() {
    if (reads.isDue() && random.nextBoolean()) {
      reads.step();
    } else if (forces.isDue() && (!chores.isDue() || random.nextBoolean())) {
      forces.step();
    } else {
      chores.step();
    }
  }
}
