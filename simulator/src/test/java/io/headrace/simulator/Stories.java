package io.headrace.simulator;

import io.headrace.queue.Body;
import io.headrace.queue.EndCause;
import io.headrace.simulator.Request.Kind;
import io.headrace.simulator.Scenario.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What the tests tell, each from a seed: on the server as it is, and on servers with a defect,
 * where a story must end badly.
 */
final class Stories {
  private static final long SECOND_NS = 1_000_000_000;

  /** Under which much happens. */
  private static final String[] POLICIES = {
    "a max-deaths=2",
    "default max-attempts=3 on-end=move:a",
    "b max-deaths=1 max-timeouts=2 on-end=drop",
    "c max-deaths=1 on-end=move:default retry-delay=1s..5s max-running=2",
  };

  private static final long MILLISECOND_NS = 1_000_000;

  private Stories() {}

  /** Clients of every kind on a server that keeps nothing: what the queue does, judged. */
  static void clients(long seed) {
    new World(Scenario.ofSeed(seed, 1_500).with(Faults.NONE), LogKind.VOLATILE).run();
  }

  /** The power fails again and again. */
  static void crashes(long seed) {
    var faults = new Faults(15, 0, Faults.NO_LIMIT, false);
    var world =
        new World(Scenario.calm(seed, 1_500).with(faults).withBodyBytes(4_000), LogKind.JOURNAL);
    world.run();
    world.restart();
  }

  /** Starts from snapshots, after ends of every kind. */
  static void snapshots(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    for (int life = 0; life < 6; life++) {
      SmallLife.live(world, 20 + world.random().nextInt(40));
      if (world.random().nextBoolean()) {
        world.restart();
      } else {
        world.die();
        world.restartNow();
      }
    }
    boolean snapshot = world.host().disk().names().stream().anyMatch(n -> n.endsWith(".snap"));
    Violation.unless(snapshot, "there is no snapshot to start from");
    world.drain();
    world.restart();
  }

  /** Whatever can befall a server. */
  static void everything(long seed) {
    var world = new World(Scenario.ofSeed(seed, 2_500), LogKind.JOURNAL);
    world.run();
    world.restart();
    Violation.unless(world.replies() > 0, "nobody has said anything");
  }

  private static void expect(SimClient client, String line) {
    Violation.unless(
        client.outstanding() == 0 && client.lastLine().equals(line),
        "expected %s, not %s (%d outstanding)",
        line,
        client.lastLine(),
        client.outstanding());
  }

  private static void expectNothing(SimClient client) {
    Violation.unless(client.outstanding() == 1, "G6: %s comes too early", client.lastLine());
  }

  private static Request put(World world, long delay, long ttr, int bytes) {
    var random = new SplittableRandom(bytes);
    return Request.put(0, delay, ttr, world.accounts().newBody(random, bytes));
  }

  /** Delays and time-outs by the clock alone, while nobody speaks and the wall clock jumps. */
  static void time(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    long jumpNs = seed % 2 == 0 ? 24 * 3600 * SECOND_NS : -3600 * SECOND_NS;
    world.host().start();
    var producer = world.newClient();
    producer.ask(put(world, 10, 5, 30));
    world.settle();
    expect(producer, "INSERTED 1");
    var first = world.newClient();
    world.ask(first, Kind.LOGGED, "reserve");
    world.settle();
    world.clock().jumpWall(jumpNs);
    world.idle(9_900 * MILLISECOND_NS);
    expectNothing(first);
    world.idle(200 * MILLISECOND_NS);
    expect(first, "RESERVED 1 33");
    var second = world.newClient();
    world.ask(second, Kind.LOGGED, "reserve-with-timeout 100");
    world.clock().jumpWall(-jumpNs);
    world.idle(4_700 * MILLISECOND_NS);
    expectNothing(second);
    world.idle(400 * MILLISECOND_NS);
    expect(second, "RESERVED 1 33");
    world.ask(first, Kind.LOGGED, "touch 1");
    world.settle();
    expect(first, "NOT_FOUND");
    world.ask(second, Kind.LOGGED, "release 1 7 10");
    world.settle();
    expect(second, "RELEASED");
    world.idle(SECOND_NS);
    world.die();
    world.clock().jumpWall(-3600 * SECOND_NS);
    world.restartNow();
    var third = world.newClient();
    world.ask(third, Kind.LOGGED, "reserve");
    world.idle(8_500 * MILLISECOND_NS);
    expectNothing(third);
    world.idle(2 * SECOND_NS);
    expect(third, "RESERVED 1 33");
    world.drain();
    world.restart();
  }

  /** The disk fills up; deletes go on, and puts do when there is room. */
  static void fullDisk(long seed) {
    long diskBytes = 12L * Scenario.SEGMENT_BYTES + (seed % 16) * 4096;
    var world =
        new World(Scenario.calm(seed, 0).with(new Faults(0, 0, diskBytes, false)), LogKind.JOURNAL);
    world.host().start();
    var producer = world.newClient();
    while (producer.refusals() == 0) {
      Violation.unless(world.accounts().acknowledged() < 5_000, "the disk is never full");
      producer.ask(put(world, 0, 100, 3_000));
      world.settle();
    }
    if (seed % 3 == 0) {
      world.die();
      world.restartNow();
    } else if (seed % 3 == 1) {
      world.restart();
    }
    long refused = refusalsOfPuts(world);
    Violation.unless(refused > 0, "a put finds room on a full disk");
    var worker = world.newClient();
    for (long job = 1; job <= world.host().server().machine().lastJob(); job++) {
      if (world.host().server().machine().job(job, 0).isPresent()) {
        worker.ask(Request.about(Kind.DELETE, "delete", job));
        world.settle();
        expect(worker, "DELETED");
      }
    }
    world.idle(10 * SECOND_NS);
    Violation.unless(refusalsOfPuts(world) == 0, "nothing fits after everything was deleted");
    world.drain();
    world.restart();
  }

  private static long refusalsOfPuts(World world) {
    var producer = world.newClient();
    for (int i = 0; i < 5; i++) {
      producer.ask(put(world, 0, 100, 100));
      world.settle();
    }
    long refusals = producer.refusals();
    producer.finish();
    world.settle();
    return refusals;
  }

  /** A body that is only on the disk is damaged there: its job is buried, the others go on. */
  static void damagedBody(long seed) {
    int jobs = 30;
    var world = new World(Scenario.calm(seed, 0).withMemoryBytes(16_000), LogKind.JOURNAL);
    world.host().start();
    var client = world.newClient();
    for (int i = 1; i <= jobs; i++) {
      client.ask(put(world, 0, 100, 900 + i));
      world.settle();
    }
    long lost = jobs - seed % 10;
    var body = world.host().server().machine().job(lost, 0).orElseThrow().body();
    flipInside(world, body, (int) seed);
    if (seed % 2 == 0) {
      client.ask(Request.exact(Request.ascii("peek " + lost + "\r\n"), "NOT_FOUND"));
      world.settle();
    }
    for (int i = 1; i < jobs; i++) {
      world.ask(client, Kind.LOGGED, "reserve");
    }
    world.settle();
    Violation.unless(client.held().size() == jobs - 1, "only %s came", client.held());
    Violation.unless(!client.held().contains(lost), "job %d came, which is damaged", lost);
    world.ask(client, Kind.LOGGED, "reserve-with-timeout 1");
    world.idle(2 * SECOND_NS);
    expect(client, "TIMED_OUT");
    long buried = world.host().server().machine().totals().buried();
    Violation.unless(buried == 1, "%d jobs are buried", buried);
    flipInside(world, body, (int) seed);
    world.host().server().checkState();
  }

  /**
   * A job that kills whoever works on it, among good ones, while the server ends now and then: no
   * more workers die of it than its tube allows, and it is no good job that is buried.
   */
  static void poison(long seed) {
    int jobs = 20;
    int deathsMax = 1 + (int) (seed % 3);
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var producer = world.newClient();
    world.ask(producer, Kind.LOGGED, "set-tube default max-deaths=" + deathsMax);
    for (int i = 1; i <= jobs; i++) {
      producer.ask(put(world, 0, 100, 100 + i));
    }
    world.settle();
    long poison = 1L + world.random().nextInt(jobs);
    var work = new Work(world, poison);
    for (int round = 0; round < 200; round++) {
      work.round();
      world.idle(world.random().nextLong(2 * SECOND_NS));
      if (world.random().nextInt(10) == 0) {
        if (world.random().nextBoolean()) {
          world.restart();
        } else {
          world.die();
          world.restartNow();
        }
      }
    }
    world.idle(120 * SECOND_NS);
    // One death among several jobs says nothing yet: where one is allowed, it takes another.
    Violation.unless(
        work.killed() >= deathsMax && work.killed() <= Math.max(2, deathsMax),
        "%d workers died of job %d",
        work.killed(),
        poison);
    var left = world.host().server().machine().job(poison, 0).orElseThrow();
    Violation.unless(left.cause() == EndCause.POISONED, "the poison is %s", left);
    long alive = world.host().server().liveJobs();
    Violation.unless(alive == 1, "%d jobs are left", alive);
    world.drain();
    world.restart();
  }

  /** A suspect that all who wait are too laden for goes to the least laden, after a minute. */
  static void stuckSuspect(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var producer = world.newClient();
    var victim = holder(world, producer, 1);
    var first = holder(world, producer, 1 + (int) (seed % 2));
    var second = holder(world, producer, 2 - (int) (seed % 2));
    world.ask(first, Kind.LOGGED, "reserve");
    world.settle();
    world.ask(second, Kind.LOGGED, "reserve");
    world.settle();
    victim.breakOff();
    world.idle(59 * SECOND_NS);
    expectNothing(first);
    expectNothing(second);
    world.idle(2 * SECOND_NS);
    expectNothing(seed % 2 == 0 ? second : first);
    expect(seed % 2 == 0 ? first : second, "RESERVED 1 33");
    world.drain();
    world.restart();
  }

  /** A worker that holds so many jobs. */
  private static SimClient holder(World world, SimClient producer, int jobs) {
    var worker = world.newClient();
    for (int i = 0; i < jobs; i++) {
      producer.ask(put(world, 0, 1_000, 30));
      world.settle();
      world.ask(worker, Kind.LOGGED, "reserve");
      world.settle();
    }
    return worker;
  }

  /** A job that was moved when it was exhausted, and that somebody buries and retries there. */
  static void moved(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var client = world.newClient();
    world.ask(client, Kind.LOGGED, "watch failed");
    world.ask(client, Kind.LOGGED, "set-tube default max-attempts=1 on-end=move:failed");
    client.ask(put(world, 0, 100, 30));
    String[] requests = {
      "reserve", "release 1 0 0", "reserve", "bury 1 0", "retry-job 1", "reserve", "release 1 0 0"
    };
    for (String request : requests) {
      world.ask(client, Kind.LOGGED, request);
      world.settle();
      world.host().server().checkState();
      if (seed % 2 == 0 && request.equals("bury 1 0")) {
        world.restart();
        client = world.newClient();
        world.ask(client, Kind.LOGGED, "watch failed");
      }
    }
    expect(client, "BURIED");
    world.drain();
    world.restart();
  }

  /** Clients of every kind, while much time passes, so that whatever waits for it comes about. */
  static void policies(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var operator = world.newClient();
    for (String policy : POLICIES) {
      world.ask(operator, Kind.LOGGED, "set-tube " + policy);
    }
    world.settle();
    for (int step = 0; step < 1_500; step++) {
      world.step(step);
      if (world.random().nextInt(40) == 0) {
        world.idle(world.random().nextLong(world.random().nextBoolean() ? 3 : 70) * SECOND_NS);
      }
      if (world.random().nextInt(400) == 0) {
        world.restart();
      }
    }
    world.heal();
    world.drain();
    world.restart();
  }

  /**
   * Clients that cannot know what became of their puts, since connections, processes and the power
   * fail, put again and again with the same keys: each job is put once, also when it is gone.
   */
  static void keys(long seed) {
    int orders = 40;
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var puts = new ArrayList<Request>();
    for (int i = 0; i < orders; i++) {
      puts.add(put(world, 0, 100, 3_000 + i).keyed("order-" + i));
    }
    for (int round = 0; round < 50; round++) {
      var client = world.newClient();
      for (int i = world.random().nextInt(8); i >= 0; i--) {
        client.ask(puts.get(world.random().nextInt(orders)));
      }
      if (world.random().nextInt(3) == 0) {
        int change = 1 + world.random().nextInt(20);
        world.host().disk().faults(DiskFaults.crashAtChange(change));
      }
      world.settle();
      if (world.random().nextInt(8) == 0) {
        world.restart();
      }
      client.breakOff();
    }
    world.host().disk().faults(DiskFaults.NONE);
    var first = ids(world, puts);
    Violation.unless(Set.copyOf(first).size() == orders, "two keys have one job: %s", first);
    long there = world.host().server().liveJobs();
    Violation.unless(there == orders, "%d jobs were put instead of %d", there, orders);
    var worker = world.newClient();
    first.forEach(job -> worker.ask(Request.about(Kind.DELETE, "delete", job)));
    world.settle();
    world.die();
    world.restartNow();
    var again = ids(world, puts);
    Violation.unless(again.equals(first), "a retry gets %s instead of %s", again, first);
    world.drain();
    world.restart();
  }

  /** More is due at once than a turn gets through: who asks meanwhile is answered in between. */
  static void muchIsDue(long seed) {
    int keys = 12_000;
    var scenario = Scenario.calm(seed, 0);
    var world = new World(scenario, LogKind.VOLATILE);
    world.host().start();
    var producer = world.newClient();
    for (int i = 0; i < keys; i++) {
      producer.ask(put(world, 0, 100, 20).keyed("order-" + i));
      if (i % 100 == 99) {
        world.settle();
      }
    }
    var machine = world.host().server().machine();
    Violation.unless(machine.keys() == keys, "%d keys are remembered", machine.keys());
    world.clock().advance(scenario.keyWindowNs() + SECOND_NS);
    // Of the bytes of some the first turn gets but a part.
    var others = new ArrayList<SimClient>();
    for (int i = 0; i < 3; i++) {
      others.add(world.ask(world.newClient(), Kind.LOGGED, "watch a"));
    }
    world.takeTurn();
    boolean answered = others.stream().anyMatch(other -> other.outstanding() == 0);
    Violation.unless(
        answered && machine.keys() > 0, "nobody was heard while %d keys were forgotten", keys);
    world.settle();
    Violation.unless(machine.keys() == 0, "what is due is never done");
  }

  /** Asks for each of these puts, and returns which job it has put, now or before. */
  private static List<Long> ids(World world, List<Request> puts) {
    var client = world.newClient();
    var ids = new ArrayList<Long>();
    for (Request put : puts) {
      client.ask(put);
      world.settle();
      ids.add(Long.parseLong(client.lastLine().split(" ", -1)[1]));
    }
    return ids;
  }

  private static void flipInside(World world, Body body, int at) {
    var disk = world.host().disk();
    try {
      disk.flip(disk.fileOf(body), (int) body.ref() + at, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Jobs that are released with a delay for ever: the files must not grow. */
  static void endlessRelease(long seed) {
    var world = new World(Scenario.calm(seed, 0), LogKind.JOURNAL);
    world.host().start();
    var client = world.newClient();
    int jobs = 100;
    for (int i = 0; i < jobs; i++) {
      client.ask(put(world, 0, 100, 400 + i));
    }
    world.settle();
    long opsBefore = world.host().history().last();
    while (world.host().history().last() - opsBefore < 60_000) {
      for (int i = 0; i < jobs; i++) {
        world.ask(client, Kind.LOGGED, "reserve-with-timeout 0");
      }
      world.settle();
      for (long job : client.held()) {
        world.ask(client, Kind.LOGGED, "release " + job + " 5 1");
      }
      world.settle();
      world.idle(1_100 * MILLISECOND_NS);
      world.checkDiskBound();
    }
    world.drain();
    world.restart();
  }

  /** Bits of a journal that was closed in good order turn over: one at a time, never in silence. */
  static void flippedBits(long seed) {
    var world = new World(Scenario.calm(seed, 700).withBodyBytes(2_500), LogKind.JOURNAL);
    world.host().start();
    for (int step = 0; step < 700; step++) {
      world.step(step);
    }
    world.restart();
    world.settle();
    world.end();
    FlippedBits.startOnEach(world.host(), new SplittableRandom(seed));
  }
}
