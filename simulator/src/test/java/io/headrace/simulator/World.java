package io.headrace.simulator;

import io.headrace.queue.TubeName;
import io.headrace.simulator.DiskFaults.Fate;
import io.headrace.simulator.Request.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A server, its clients, its disk and its clock, on one thread; and what befalls them. */
final class World {
  private static final long MILLISECOND_NS = 1_000_000;
  private static final long SECOND_NS = 1_000_000_000;

  /** Rounds within which a world that is left alone must come to rest. */
  private static final int ROUNDS_MAX = 20_000;

  /** A loop that has more to do rests no longer. */
  private static final long RESTS_MAX_NS = MILLISECOND_NS;

  private static final int DRAINED_AT_ONCE = 20;

  /** What takes from a tube whatever would keep its jobs from being drained. */
  private static final String UNLIMITED =
      " rate=default burst=default max-running=default expires-after=default";

  /** Time after which dropped jobs and dockets are gone. */
  private static final long ALL_GONE_NS = (7 * 24 * 3600 + 1) * SECOND_NS;

  /** 256 MiB beside the live bodies, in segments of 16 MiB. */
  private static final long SEGMENTS_BESIDE = 16;

  /** Time after which nobody is connected any more who has begun a command and does not go on. */
  private static final long PATIENCE_NS = 20 * SECOND_NS;

  /** Time after which a journal whose disk was full has found that there is room again. */
  private static final long RETRY_NS = 3 * SECOND_NS;

  /** Steps between two comparisons of the live state with the replayed one. */
  private static final int STEPS_A_CHECK = 200;

  private final Scenario scenario;
  private final SplittableRandom random;
  private final SimClock clock = new SimClock();
  private final Accounts accounts = new Accounts();
  private final Host host;
  private final List<SimClient> clients = new ArrayList<>();
  private long replies;

  World(Scenario scenario, LogKind kind) {
    this(scenario, kind, new FakeDisk(new SplittableRandom(~scenario.seed())));
  }

  World(Scenario scenario, LogKind kind, FakeDisk disk) {
    this.scenario = scenario;
    random = new SplittableRandom(scenario.seed());
    disk.capacityBytes(scenario.faults().diskBytes());
    host = new Host(scenario, kind, random.split(), clock, accounts, disk);
  }

  Host host() {
    return host;
  }

  SimClock clock() {
    return clock;
  }

  SplittableRandom random() {
    return random;
  }

  Accounts accounts() {
    return accounts;
  }

  /** How many replies clients have read and found right. */
  long replies() {
    return replies + clients.stream().mapToLong(SimClient::replies).sum();
  }

  /** The whole story: a start, the steps, the end of all faults, and an empty queue. */
  void run() {
    host.start();
    for (int step = 0; step < scenario.steps(); step++) {
      step(step);
    }
    heal();
    drain();
  }

  /** Stops and starts the server in good order. */
  void restart() {
    lose();
    host.shutDown();
    host.server().checkState();
  }

  /** Lets one thing happen. */
  void step(int number) {
    int what = random.nextInt(1000);
    if (what < 400) {
      speak();
    } else if (what < 700) {
      turn();
    } else if (what < 800) {
      listen();
    } else if (what < 900) {
      guarded(host::stepThreads);
    } else if (what < 960) {
      clock.advance(random.nextLong(3 * MILLISECOND_NS));
    } else if (what < 968) {
      clock.advance(random.nextLong(2 * SECOND_NS));
      host.server().sweep();
    } else if (what < 980) {
      comeAndGo();
    } else {
      befall();
    }
    if (number % STEPS_A_CHECK == 0) {
      host.server().checkState();
    }
  }

  private void speak() {
    if (clients.isEmpty()) {
      connect();
    }
    SimClient client = clients.get(random.nextInt(clients.size()));
    for (int i = random.nextInt(4); i >= 0 && client.mayAsk(); i--) {
      client.ask();
    }
  }

  /** A turn of the loop, in which some connections have something. */
  private void turn() {
    guarded(() ->
        host.server()
            .thread()
            .turn(() -> {
              for (SimClient client : List.copyOf(clients)) {
                SimConnection connection = client.connection();
                if (connection.isDue() && random.nextInt(4) > 0) {
                  connection.deliver(random);
                }
              }
            }));
  }

  private void listen() {
    clients.forEach(client -> client.read(false));
    clients.removeIf(this::isOver);
  }

  private boolean isOver(SimClient client) {
    boolean over = client.connection().isOver() && client.connection().received().isEmpty();
    if (over) {
      client.read(true);
      replies += client.replies();
    }
    return over;
  }

  private void connect() {
    clients.add(new SimClient(random.split(), accounts, host.server()));
  }

  private void comeAndGo() {
    if (clients.size() < scenario.connectionsMax() && random.nextInt(3) > 0) {
      connect();
    } else if (random.nextInt(6) == 0) {
      breakOff();
    } else if (!clients.isEmpty()) {
      SimClient client = clients.get(random.nextInt(clients.size()));
      if (client.mayAsk() && client.outstanding() == 0 && random.nextInt(4) == 0) {
        client.getStuck();
      } else if (client.mayAsk()) {
        client.leave();
      }
    }
  }

  private void befall() {
    var faults = scenario.faults();
    int what = random.nextInt(20);
    if (what < faults.crashesPerMille()) {
      crash();
    } else if (what < 10 && faults.wallJumps()) {
      clock.jumpWall(random.nextBoolean() ? -3600 * SECOND_NS : 24 * 3600 * SECOND_NS);
    } else if (what >= 10 && what - 10 < faults.failuresPerMille()) {
      Fate fate = random.nextInt(3) == 0 ? Fate.FULL : Fate.FAILS;
      host.disk().faults(DiskFaults.failAt(1 + random.nextInt(30), fate, random.nextBoolean()));
    }
  }

  /** The server ends now, or at one of its next operations on the disk. */
  private void crash() {
    switch (random.nextInt(4)) {
      case 0 -> {
        host.losePower();
        lose();
        host.start();
      }
      case 1 -> {
        host.kill();
        lose();
        host.start();
      }
      case 2 -> {
        lose();
        host.shutDown();
      }
      default -> host.disk().faults(DiskFaults.crashAtChange(1 + random.nextInt(60)));
    }
  }

  /** Kills the process. */
  void die() {
    host.kill();
    lose();
  }

  /** Ends the process in good order. */
  void end() {
    lose();
    host.end();
  }

  void restartNow() {
    host.start();
  }

  /** Compares the size of all files with what was promised. */
  void checkDiskBound() {
    var totals = host.server().machine().totals();
    long live = totals.bodyBytes() + 256 * host.server().liveJobs();
    long bound = 2 * live + SEGMENTS_BESIDE * scenario.options().segmentBytes();
    long used = host.disk().usedBytes();
    Violation.unless(used <= bound, "%d bytes on the disk where %d are the bound", used, bound);
  }

  /** Whatever the clients had under way is lost with their connections. */
  private void lose() {
    clients.forEach(client -> replies += client.replies());
    clients.clear();
  }

  private void guarded(Runnable action) {
    if (!host.survives(action)) {
      lose();
    }
  }

  /** Ends all faults. */
  void heal() {
    // What has failed is noticed as long as the disk is known to fail.
    settle();
    host.disk().faults(DiskFaults.NONE);
    host.disk().capacityBytes(Long.MAX_VALUE);
    idle(RETRY_NS);
    settle();
    // Whoever is still in the middle of a command has had all it sent read by now.
    idle(PATIENCE_NS);
    host.server().sweep();
    settle();
    Violation.unless(
        clients.stream().noneMatch(SimClient::isStuck), "a command that never ends is waited for");
    host.server().checkState();
  }

  /**
   * Lets everything take its course until nothing is left to do, without time passing but while the
   * loop rests in the midst of something.
   */
  void settle() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (!isBusy()) {
        long restNs = host.server().thread().alarmNs() - clock.now();
        if (restNs > RESTS_MAX_NS) {
          return;
        }
        clock.advance(restNs);
      }
      takeTurn();
    }
    throw new Violation("the server does not come to rest");
  }

  /** Lets the loop have one turn, and clients read what it sends. */
  void takeTurn() {
    guarded(this::round);
    listenToAll();
  }

  private void round() {
    host.server()
        .thread()
        .turn(() -> {
          for (SimClient client : List.copyOf(clients)) {
            if (client.connection().isDue()) {
              client.connection().deliver(random);
            }
          }
        });
    if (host.threadsAreDue()) {
      host.stepThreads();
    }
  }

  private void listenToAll() {
    clients.forEach(client -> client.read(true));
    clients.removeIf(this::isOver);
  }

  private boolean isBusy() {
    return host.server().thread().isDue()
        || host.threadsAreDue()
        || clients.stream().anyMatch(client -> client.connection().isDue());
  }

  /** Lets time pass while nobody speaks. */
  void idle(long forNs) {
    long untilNs = clock.now() + forNs;
    while (clock.now() < untilNs) {
      long dueNs = Math.min(host.server().thread().alarmNs(), host.threadsDueNs());
      clock.advance(Math.clamp(dueNs - clock.now(), 1, untilNs - clock.now()));
      settle();
    }
  }

  /** A client of the test's own, which asks what it is told to. */
  SimClient newClient() {
    var client = new SimClient(random.split(), accounts, host.server());
    clients.add(client);
    return client;
  }

  /** Whether a client is still connected to the server as it runs now. */
  boolean has(SimClient client) {
    return clients.contains(client);
  }

  SimClient ask(SimClient client, Kind kind, String line) {
    client.ask(Request.of(kind, line));
    return client;
  }

  /** Whole crowds break off at once, as they do when their host goes or a deploy comes. */
  private void breakOff() {
    for (SimClient client : clients) {
      if (client.mayAsk() && random.nextInt(8) > 0) {
        client.breakOff();
      }
    }
  }

  private boolean hasAside() {
    var machine = host.server().machine();
    return machine.tubes().stream()
        .map(tube -> machine.tube(tube, 0).orElseThrow())
        .anyMatch(tube -> tube.dropped() + tube.dockets() > 0);
  }

  /** Everybody leaves; then one client takes and deletes all that is there. */
  void drain() {
    clients.forEach(client -> client.connection().reset());
    settle();
    if (hasAside()) {
      idle(ALL_GONE_NS);
    }
    var client = newClient();
    for (TubeName tube : host.server().machine().tubes()) {
      ask(client, Kind.LOGGED, "set-tube " + tube + UNLIMITED);
      ask(client, Kind.LOGGED, "watch " + tube);
      ask(client, Kind.LOGGED, "use " + tube);
      ask(client, Kind.LOGGED, "pause-tube " + tube + " 0");
      ask(client, Kind.LOGGED, "kick 1000000000");
      ask(client, Kind.LOGGED, "kick 1000000000");
    }
    settle();
    for (long left = host.server().liveJobs(); left > 0; left = host.server().liveJobs()) {
      for (long i = Math.min(left, DRAINED_AT_ONCE); i > 0; i--) {
        ask(client, Kind.LOGGED, "reserve-with-timeout 0");
      }
      settle();
      for (long job : client.held()) {
        client.ask(Request.about(Kind.DELETE, "delete", job));
      }
      settle();
      Violation.unless(host.server().liveJobs() < left, "%d jobs cannot be drained", left);
    }
    host.server().checkState();
    client.finish();
    settle();
    accounts.settle();
    Violation.unless(
        host.server().bodies().usedBytes() == 0, "bodies are kept that nobody refers to");
  }
}
