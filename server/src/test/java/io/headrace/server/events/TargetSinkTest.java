package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sinks with real targets: a server on loopback, and commands. */
final class TargetSinkTest {
  private static final Duration LONG = Duration.ofSeconds(Patience.SECONDS);
  private static final Duration NO_FOLD = Duration.ofNanos(1);
  private static final List<Duration> SOON =
      List.of(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1));
  private static final Pace FAST = new Pace(1_000_000, 1_000_000, NO_FOLD, SOON);

  @TempDir private Path folder;

  private final Hook hook = new Hook();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  @AfterEach
  void closes_the_hook() {
    hook.close();
  }

  private TargetSink sink(Pace pace, Duration closeWait, Target... targets) {
    return new TargetSink(
        List.of(targets), pace, closeWait, System::nanoTime, () -> 0.5, complaints::add);
  }

  private TargetSink toHook(Pace pace) {
    return sink(pace, LONG, new UrlTarget(hook.url(), LONG));
  }

  private static Event drains(long job) {
    return Event.of(EventKind.DRAINING, 0, "it drains").ofJob(job);
  }

  private static Event ofTube(int number) {
    return Event.of(EventKind.TUBE_SICK, 0, "it is sick").ofTube("t" + number);
  }

  private List<String> posts() {
    return hook.posts.stream().map(Hook.Post::body).toList();
  }

  private void awaitPosts(int count) {
    Patience.await(count + " posts", () -> hook.posts.size() >= count);
  }

  @Test
  void what_was_not_taken_is_told_again_until_it_is() {
    hook.answers.addAll(List.of(500, 503));
    try (var sink = toHook(FAST)) {
      sink.tell(drains(1));
      awaitPosts(3);
    }
    assertThat(posts()).hasSize(3).containsOnly(drains(1).toJson());
    assertThat(complaints).isEmpty();
  }

  @Test
  void after_four_tries_it_is_given_up_with_a_line_that_says_what_was_not_told() {
    hook.answers.addAll(List.of(500, 500, 500, 500));
    try (var sink = toHook(FAST)) {
      sink.tell(drains(1));
      awaitPosts(4);
      sink.tell(drains(2));
    }
    assertThat(posts()).hasSize(5).endsWith(drains(2).toJson());
    assertThat(complaints)
        .containsExactly(
            "on-event-url http://127.0.0.1 was not told, tried 4 times: it answered 500. What"
                + " it misses: draining job 1: it drains");
  }

  @Test
  void what_is_alike_is_told_as_one_with_a_count() {
    var slow = new Pace(1_000_000, 1_000_000, Duration.ofHours(1), SOON);
    try (var sink = toHook(slow)) {
      sink.tell(drains(1));
      awaitPosts(1);
      sink.tell(drains(2));
      sink.tell(ofTube(1));
      sink.tell(drains(3));
      awaitPosts(2);
    }
    assertThat(posts())
        .containsExactly(
            drains(1).toJson(), ofTube(1).toJson(), EventJson.of(new Telling(drains(3), 2), 0));
  }

  @Test
  void any_number_of_alike_events_takes_the_room_of_one() {
    var slow = new Pace(1_000_000, 1_000_000, Duration.ofHours(1), SOON);
    try (var sink = toHook(slow)) {
      sink.tell(drains(1));
      awaitPosts(1);
      for (int round = 1; round <= 4; round++) {
        for (int i = 0; i < Teller.EVENTS_WAITING_MAX / 2; i++) {
          sink.tell(drains(i));
        }
        sink.tell(ofTube(round));
        awaitPosts(1 + round);
      }
    }
    assertThat(posts()).hasSize(6);
    assertThat(posts().getLast()).contains("\"repeated\":2000,\"dropped\":0,");
  }

  @Test
  void a_target_is_told_no_faster_than_it_may() {
    var slow = new Pace(20, 1, NO_FOLD, SOON);
    long startNs = System.nanoTime();
    try (var sink = toHook(slow)) {
      for (int i = 0; i < 5; i++) {
        sink.tell(ofTube(i));
      }
    }
    assertThat(posts()).hasSize(5);
    assertThat(System.nanoTime() - startNs)
        .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(4 * 50 - 1));
  }

  @Test
  void beyond_1000_that_wait_events_are_dropped_and_the_next_one_says_how_many() {
    hook.answers.add(Hook.NEVER);
    try (var sink = toHook(FAST)) {
      sink.tell(drains(0));
      awaitPosts(1);
      for (int i = 1; i <= 1_100; i++) {
        sink.tell(ofTube(i));
      }
      hook.free();
    }
    assertThat(posts()).hasSize(Teller.EVENTS_WAITING_MAX);
    assertThat(posts().get(1)).contains("\"tube\":\"t1\"").contains("\"dropped\":101,");
    assertThat(posts().get(2)).contains("\"tube\":\"t2\"").contains("\"dropped\":0,");
    assertThat(complaints)
        .containsExactly(
            "on-event-url http://127.0.0.1 was not told of 101 events: more than 1000 waited for"
                + " it");
  }

  @Test
  void who_tells_never_waits_whatever_the_targets_do() throws Exception {
    hook.answers.add(Hook.NEVER);
    Path started = folder.resolve("started");
    Target command = new CommandTarget("echo > " + started + "; sleep 1000", LONG);
    var sink = sink(FAST, Duration.ofMillis(1), command, new UrlTarget(hook.url(), LONG));
    var waits = new CompletableFuture<Long>();
    sink.tell(drains(0));
    awaitPosts(1);
    Patience.await("the command runs", () -> Files.exists(started));
    Thread.ofPlatform()
        .start(() -> {
          long before = waits();
          for (int i = 0; i < 3_000; i++) {
            sink.tell(ofTube(i));
          }
          waits.complete(waits() - before);
        });
    assertThat(waits.get(Patience.SECONDS, TimeUnit.SECONDS)).isZero();
    sink.close();
  }

  /** How often this thread has waited for a lock or for another thread. */
  private static long waits() {
    var threads = ManagementFactory.getThreadMXBean();
    var own = threads.getThreadInfo(Thread.currentThread().threadId());
    return own.getBlockedCount() + own.getWaitedCount();
  }

  @Test
  void a_target_that_hangs_does_not_keep_another_waiting() {
    hook.answers.add(Hook.NEVER);
    Path file = folder.resolve("got");
    Target command = new CommandTarget("cat >> " + file, LONG);
    try (var sink = sink(FAST, LONG, new UrlTarget(hook.url(), LONG), command)) {
      sink.tell(drains(1));
      sink.tell(ofTube(1));
      Patience.await("two lines", () -> Files.exists(file) && lines(file) == 2);
      assertThat(posts()).hasSizeLessThanOrEqualTo(1);
      hook.free();
    }
  }

  private static long lines(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void the_end_cuts_off_a_command_that_hangs_and_says_what_was_not_told() {
    Path pid = folder.resolve("pid");
    var sink =
        sink(
            FAST,
            Duration.ofMillis(1),
            new CommandTarget("echo $$ > " + pid + "; sleep 1000", LONG));
    sink.tell(drains(1));
    Patience.await("it runs", () -> Files.exists(pid) && lines(pid) == 1);
    sink.tell(ofTube(1));
    sink.close();
    Patience.await("it is told", () -> !complaints.isEmpty());
    assertThat(complaints).containsExactly("on-event was not told of 2 events: the server ended");
    Patience.await(
        "no process is left",
        () -> ProcessHandle.current().descendants().noneMatch(one -> Patience.runs(one.pid())));
  }

  @Test
  void the_end_does_not_wait_for_the_next_try_but_makes_it_at_once() {
    hook.answers.addAll(List.of(500, 500));
    var sink = toHook(new Pace(1_000, 1_000, NO_FOLD, List.of(Duration.ofHours(1), LONG)));
    sink.tell(drains(1));
    awaitPosts(1);
    sink.close();
    assertThat(posts()).hasSize(2);
    assertThat(complaints).singleElement().asString().contains("tried 2 times: it answered 500");
  }

  @Test
  void a_patient_end_tries_again_as_ever() {
    hook.answers.addAll(List.of(500, 500));
    var sink = toHook(FAST);
    sink.tell(drains(1));
    sink.closePatiently();
    assertThat(posts()).hasSize(3);
    assertThat(complaints).isEmpty();
  }

  @Test
  void what_comes_after_the_end_is_dropped() {
    var sink = toHook(FAST);
    sink.tell(drains(1));
    sink.close();
    sink.tell(drains(2));
    sink.close();
    assertThat(posts()).containsExactly(drains(1).toJson());
  }
}
