package io.headrace.server.metrics;

import io.headrace.journal.BodyStore;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import io.headrace.queue.TubeName;
import io.headrace.queue.TubeView;
import io.headrace.server.Admission;
import io.headrace.server.ClientFault;
import io.headrace.server.ClientFaults;
import io.headrace.server.ConnectionHealth;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.LogFacts;
import io.headrace.server.LoopThread;
import io.headrace.server.QueueLoop;
import io.headrace.server.Session;
import io.headrace.server.TurnTimes;
import io.headrace.server.captures.CaptureNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Copies the loop's numbers, on the loop's thread and a bounded piece at a time: first it looks for
 * the tubes with the most jobs, then it copies them and all sums at one moment.
 */
public final class LoopCensus {
  /** Tubes that are looked at in one turn of the loop: about 0.1 ms. */
  static final int TUBES_A_TURN = 500;

  /** Tubes whose next job waits for too long are told apart up to so many. */
  static final int LATE_MAX = 1_000;

  /** Connections whose TCP is asked for in one turn of the loop: less than 1 ms. */
  static final int CONNECTIONS_A_TURN = 250;

  /** Turns of the loop that took so long are counted as stalls. */
  static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Upper ends of the buckets of the loop's turns. */
  static final long[] TURN_BOUNDS_NS = {
    TimeUnit.MICROSECONDS.toNanos(10),
    TimeUnit.MICROSECONDS.toNanos(100),
    TimeUnit.MILLISECONDS.toNanos(1),
    TimeUnit.MILLISECONDS.toNanos(5),
    TimeUnit.MILLISECONDS.toNanos(10),
    TimeUnit.MILLISECONDS.toNanos(50),
    TimeUnit.MILLISECONDS.toNanos(100),
    TimeUnit.MILLISECONDS.toNanos(500),
    TimeUnit.SECONDS.toNanos(1),
    TimeUnit.SECONDS.toNanos(10),
  };

  /**
   * Where the numbers are.
   *
   * @param turns of this loop's thread
   * @param tlsFailures how many connections could not agree on keys
   */
  public record Sources(
      QueueMachine machine,
      QueueLoop loop,
      LoopThread thread,
      BodyStore bodies,
      Admission admission,
      LogFacts log,
      TurnTimes turns,
      JobMeters meters,
      ClientFaults faults,
      Supplier<ConnectionNumbers> connections,
      Supplier<CaptureNumbers> captures,
      LongSupplier tlsFailures) {}

  private final Sources from;
  private final OthersPut othersPut = new OthersPut();

  public LoopCensus(Sources from) {
    this.from = from;
  }

  /** The clock by which the numbers say when they were taken. Read from any thread. */
  long nanoTime() {
    return from.thread.nanoTime();
  }

  /**
   * Takes a census; {@code done} is called with it on the loop's thread. Called from any thread.
   */
  void take(Consumer<LoopNumbers> done) {
    var walk = new Walk();
    from.thread.execute(() -> each(0, walk::look, () -> walk.connections(done)));
  }

  /**
   * A tube whose next job waits for too long.
   *
   * @param readyNs how long it has been ready
   * @param ready how many jobs are, and {@code waiting} how many sessions wait for one
   */
  public record Late(TubeName tube, long readyNs, long ready, long waiting) {}

  /**
   * Finds the first {@link #LATE_MAX} tubes whose next job has been ready for longer than that;
   * {@code done} is called with them on the loop's thread. Called from any thread.
   */
  public void late(long longestNs, Consumer<List<Late>> done) {
    var found = new ArrayList<Late>();
    Consumer<TubeName> look =
        name ->
            numbers(name)
                .filter(tube -> tube.oldestReadyNs() > longestNs && found.size() < LATE_MAX)
                .ifPresent(tube ->
                    found.add(new Late(name, tube.oldestReadyNs(), tube.ready(), tube.waiting())));
    from.thread.execute(() -> each(0, look, () -> done.accept(List.copyOf(found))));
  }

  /** Looks at the tubes from this one on, and then ends; a bounded number of them a turn. */
  private void each(int begin, Consumer<TubeName> look, Runnable end) {
    // Between two turns the loop's clock stands still.
    from.loop.asked();
    List<TubeName> some = from.machine.tubes(begin, TUBES_A_TURN);
    some.forEach(look);
    if (some.size() == TUBES_A_TURN) {
      from.thread.executeAfterReads(() -> each(begin + TUBES_A_TURN, look, end));
    } else {
      end.run();
    }
  }

  /** Has {@code answer} run on the loop's thread. Called from any thread. */
  void ping(Runnable answer) {
    from.thread.execute(answer);
  }

  /** A tube and how many jobs it has. */
  private record Sized(TubeNumbers tube, long jobs) {}

  /** One way through all tubes. */
  private final class Walk {
    private final PriorityQueue<Sized> most =
        new PriorityQueue<>(Comparator.comparingLong(Sized::jobs));
    private final Map<ConnectionHealth, Long> health = new EnumMap<>(ConnectionHealth.class);
    private int passedOver;
    private long waitingOfOthers;
    private long oldestOfOthersNs;

    void look(TubeName name) {
      Optional<TubeNumbers> found = numbers(name);
      if (found.isEmpty()) {
        return;
      }
      TubeNumbers tube = found.get();
      if (name.equals(Tubes.OTHERS)) {
        passOver(tube);
        return;
      }
      most.add(new Sized(tube, tube.jobs()));
      if (most.size() > Tubes.AS_LABELS) {
        passOver(most.remove().tube());
      }
    }

    private void passOver(TubeNumbers tube) {
      passedOver++;
      waitingOfOthers += tube.waiting();
      oldestOfOthersNs = Math.max(oldestOfOthersNs, tube.oldestReadyNs());
    }

    /** Looks how connections do, a bounded number of them a turn, and then ends. */
    void connections(Consumer<LoopNumbers> done) {
      connections(from.loop.open().all(), 0, done);
    }

    private void connections(List<Session> all, int begin, Consumer<LoopNumbers> done) {
      int end = Math.min(all.size(), begin + CONNECTIONS_A_TURN);
      for (Session session : all.subList(begin, end)) {
        health.merge(ConnectionHealth.of(session.facts().wire()), 1L, Long::sum);
      }
      if (end < all.size()) {
        from.thread.executeAfterReads(() -> connections(all, end, done));
      } else {
        from.loop.asked();
        done.accept(finish());
      }
    }

    private LoopNumbers finish() {
      var tubes = new ArrayList<TubeNumbers>();
      for (var sized : most) {
        numbers(sized.tube().name()).ifPresent(tubes::add);
      }
      tubes.sort(Comparator.comparing(TubeNumbers::name));
      from.meters.forgetUnless(tube -> from.machine.tube(tube, from.loop.nowNs()).isPresent());
      QueueView totals = from.machine.totals();
      return new LoopNumbers(
          from.thread.nanoTime(),
          from.loop.uptimeNs(),
          totals,
          List.copyOf(tubes),
          others(tubes, totals),
          from.machine.spilledBytes(),
          from.bodies.usedBytes(),
          from.bodies.budgetBytes(),
          from.loop.open().count(),
          from.loop.open().ever(),
          Map.copyOf(health),
          from.connections.get(),
          from.captures.get(),
          from.tlsFailures.getAsLong(),
          from.admission.isDraining(),
          journal(),
          turns(),
          from.meters.copy(),
          faults());
    }

    private Map<ClientFault, Long> faults() {
      var counts = new EnumMap<ClientFault, Long>(ClientFault.class);
      for (var fault : ClientFault.values()) {
        counts.put(fault, from.faults.of(fault));
      }
      return counts;
    }

    private Optional<TubeNumbers> others(List<TubeNumbers> tubes, QueueView totals) {
      long put = othersPut.take(tubes, totals.total(), passedOver == 0);
      if (passedOver == 0 && put == 0) {
        return Optional.empty();
      }
      long ready = totals.ready();
      long reserved = totals.reserved();
      long delayed = totals.delayed();
      long buried = totals.buried();
      for (var tube : tubes) {
        ready -= tube.ready();
        reserved -= tube.reserved();
        delayed -= tube.delayed();
        buried -= tube.buried();
      }
      return Optional.of(
          new TubeNumbers(
              Tubes.OTHERS,
              ready,
              reserved,
              delayed,
              buried,
              put,
              0,
              waitingOfOthers,
              oldestOfOthersNs));
    }
  }

  private Optional<TubeNumbers> numbers(TubeName name) {
    long nowNs = from.loop.nowNs();
    return from.machine.tube(name, nowNs).map(view -> numbers(view, nowNs));
  }

  private TubeNumbers numbers(TubeView view, long nowNs) {
    return new TubeNumbers(
        view.name(),
        view.ready(),
        view.reserved(),
        view.delayed(),
        view.buried(),
        view.total(),
        view.deletes(),
        // As in stats-tube; a connection that has not spoken does not wait.
        view.waiting(),
        from.machine.readyForNs(view.name(), nowNs));
  }

  private Optional<LoopNumbers.JournalNumbers> journal() {
    if (from.log.maxSizeBytes() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new LoopNumbers.JournalNumbers(
            from.log.oldestIndex(),
            from.log.currentIndex(),
            from.log.maxSizeBytes(),
            from.log.recordsWritten(),
            from.log.recordsMigrated()));
  }

  private LoopNumbers.TurnNumbers turns() {
    TurnTimes turns = from.turns;
    return new LoopNumbers.TurnNumbers(
        Arrays.stream(turns.countsByBound(TURN_BOUNDS_NS)).boxed().toList(),
        turns.sumNs(),
        turns.maxNs(),
        turns.countFrom(STALL_NS));
  }
}
