package io.headrace.server;

import io.headrace.queue.TubeName;
import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import io.headrace.server.events.EventSink;
import io.headrace.server.metrics.LoopCensus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Looks now and then for tubes whose next job waits for too long, and tells of each once. */
final class AgeWatch implements AutoCloseable {
  /** Tubes that are told of by name after one look; what is beyond is told as a number. */
  static final int NAMED_MAX = 10;

  /** It looks no less often. */
  private static final Duration TICK_MAX = Duration.ofSeconds(10);

  /** It looks no more often. */
  private static final Duration TICK_MIN = Duration.ofMillis(100);

  /** Finds tubes whose next job has been ready for longer, and gives them on the loop's thread. */
  interface Ages {
    void late(long longestNs, Consumer<List<LoopCensus.Late>> done);
  }

  private final Ages ages;
  private final Duration longest;
  private final EventSink events;
  private final LongSupplier wallNs;
  private final Duration tick;
  private final Thread thread;

  /** Late at the last look, and told of. */
  private Set<TubeName> told = Set.of();

  private AgeWatch(Ages ages, Duration longest, EventSink events, LongSupplier wallNs) {
    this.ages = ages;
    this.longest = longest;
    this.events = events;
    this.wallNs = wallNs;
    Duration atMost = longest.compareTo(TICK_MAX) < 0 ? longest : TICK_MAX;
    tick = atMost.compareTo(TICK_MIN) < 0 ? TICK_MIN : atMost;
    thread = Thread.ofVirtual().name("headrace-ages").unstarted(this::run);
  }

  /**
   * Begins to look, at once and then as often as the longest wait asks for.
   *
   * @param longest how long the next job of a tube may be ready
   * @param wallNs the wall clock, nanoseconds since 1970
   */
  static AgeWatch start(Ages ages, Duration longest, EventSink events, LongSupplier wallNs) {
    var watch = new AgeWatch(ages, longest, events, wallNs);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        var late = new CompletableFuture<List<LoopCensus.Late>>();
        ages.late(longest.toNanos(), late::complete);
        look(late.get());
        Thread.sleep(tick);
      }
    } catch (InterruptedException _) {
      // Closed.
    } catch (ExecutionException e) {
      throw new AssertionError("nothing fails there", e);
    }
  }

  private void look(List<LoopCensus.Late> late) {
    int fresh = 0;
    var names = new HashSet<TubeName>();
    for (var tube : late) {
      names.add(tube.tube());
      if (!told.contains(tube.tube()) && ++fresh <= NAMED_MAX) {
        tell(tube);
      }
    }
    if (fresh > NAMED_MAX) {
      events.tell(
          Event.of(
                  EventKind.OLDEST_READY,
                  wallNs.getAsLong(),
                  String.format(
                      Locale.ROOT,
                      "%d more tubes have jobs that have been ready for longer than %d s"
                          + " (on-event-age)",
                      fresh - NAMED_MAX,
                      longest.toSeconds()))
              .with("tubes", fresh - NAMED_MAX));
    }
    told = names;
  }

  private void tell(LoopCensus.Late late) {
    long seconds = Duration.ofNanos(late.readyNs()).toSeconds();
    events.tell(
        Event.of(
                EventKind.OLDEST_READY,
                wallNs.getAsLong(),
                String.format(
                    Locale.ROOT,
                    "the next job of %s has been ready for %d s, longer than %d s (on-event-age):"
                        + " %d jobs are ready, and %d sessions wait for one. 'headrace tube show"
                        + " %1$s' tells more",
                    late.tube(),
                    seconds,
                    longest.toSeconds(),
                    late.ready(),
                    late.waiting()))
            .ofTube(late.tube().toString())
            .with("seconds", seconds)
            .with("ready", late.ready())
            .with("waiting", late.waiting()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
