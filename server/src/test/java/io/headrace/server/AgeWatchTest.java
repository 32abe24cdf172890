package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.TubeName;
import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import io.headrace.server.metrics.LoopCensus;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AgeWatchTest {
  private static final long SECOND_NS = 1_000_000_000;

  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final AtomicLong looks = new AtomicLong();
  private volatile List<LoopCensus.Late> late = List.of();

  private AgeWatch start() {
    return AgeWatch.start(this::late, Duration.ofMillis(1), events::add, () -> 7);
  }

  private void late(long longestNs, Consumer<List<LoopCensus.Late>> done) {
    assertThat(longestNs).isEqualTo(1_000_000);
    looks.incrementAndGet();
    done.accept(late);
  }

  private static LoopCensus.Late tube(String name) {
    return new LoopCensus.Late(TubeName.of(name), 312 * SECOND_NS, 17, 2);
  }

  private void awaitLooks() {
    long enough = looks.get() + 2;
    Served.await("it has looked", () -> looks.get() >= enough);
  }

  @Test
  void a_tube_is_told_once_and_again_after_it_was_served() {
    try (var _ = start()) {
      for (var next : List.of(List.of(tube("mail")), List.<LoopCensus.Late>of())) {
        for (int again = 0; again < 2; again++) {
          late = next;
          awaitLooks();
        }
      }
      late = List.of(tube("mail"), tube("web"));
      awaitLooks();
    }
    assertThat(events).extracting(Event::tube).containsExactly("mail", "mail", "web");
    assertThat(events).extracting(Event::kind).containsOnly(EventKind.OLDEST_READY);
    Event first = events.remove();
    assertThat(first.message())
        .startsWith("the next job of mail has been ready for 312 s, longer than 0 s")
        .contains("17 jobs are ready, and 2 sessions wait", "headrace tube show mail");
    assertThat(first.details()).containsEntry("seconds", "312").containsEntry("ready", "17");
    assertThat(first.timeNs()).isEqualTo(7);
  }

  @Test
  void of_many_tubes_ten_are_told_by_name_and_the_rest_as_a_number() {
    late = IntStream.range(0, 25).mapToObj(i -> tube("t" + i)).toList();
    try (var _ = start()) {
      awaitLooks();
      awaitLooks();
    }
    assertThat(events).hasSize(AgeWatch.NAMED_MAX + 1);
    assertThat(List.copyOf(events).getLast().message()).startsWith("15 more tubes have jobs");
  }
}
