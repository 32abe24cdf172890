package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients put jobs with keys as fast as they are answered, while the server is killed at any
 * moment, and put again what was not answered: each job is put once.
 *
 * <p>{@code -Dheadrace.trials.rounds} sets the number of kills, {@code -Dheadrace.trials.seed} the
 * random choices.
 */
final class KeyedPutsIT {

  private static final int KILLS = Integer.getInteger("headrace.trials.rounds", 3);
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());

  /** A kill may meet no put that is done and not answered: so many more are tried until one has. */
  private static final int MORE_KILLS_MAX = 20;

  private static final int LIFE_MS_MIN = 50;
  private static final int LIFE_MS_MAX = 500;
  private static final int PRODUCERS = 4;
  private static final int DEPTH = 16;
  private static final int DRAINED_AT_ONCE = 200;

  @TempDir Path folder;

  /** One client, over all lives of the server. Bodies are the keys. */
  private static final class Producer {
    private final String name;
    private final ArrayDeque<String> unanswered = new ArrayDeque<>();
    private final Map<String, Long> jobs = new HashMap<>();
    private int begun;
    private int known;

    Producer(String name) {
      this.name = name;
    }

    /** Puts on and on; returns when the server is gone. */
    void putUntilTheEnd(RunningServer server) {
      try (var talk = server.connect()) {
        while (true) {
          while (unanswered.size() < DEPTH) {
            unanswered.add(name + ++begun);
          }
          putUnanswered(talk);
        }
      } catch (IOException e) {
        // What is not answered now is put again.
        return;
      }
    }

    void putUnanswered(Talk talk) throws IOException {
      var commands = new StringBuilder();
      unanswered.forEach(key -> commands.append(put(key)));
      talk.send(commands.toString());
      while (!unanswered.isEmpty()) {
        var reply = talk.reply();
        assertThat(reply.line()).matches("(INSERTED|KNOWN) \\d+");
        known += reply.word(0).equals("KNOWN") ? 1 : 0;
        jobs.put(unanswered.remove(), reply.id());
      }
    }
  }

  private static String put(String key) {
    return "put-key " + key + " 0 0 1000 " + key.length() + "\r\n" + key + "\r\n";
  }

  private static String reply(Talk talk, String key) throws IOException {
    talk.send(put(key));
    return talk.reply().line();
  }

  /** How many retries were of a put that had been done. */
  private static int known(List<Producer> producers) {
    return producers.stream().mapToInt(producer -> producer.known).sum();
  }

  private RunningServer.Launch serve(String... options) {
    return RunningServer.serve(folder, folder.resolve("data"), "fsync").options(options);
  }

  /** Takes all jobs out; returns the ids of each body. */
  private static Map<String, List<Long>> drain(Talk talk) throws IOException {
    var found = new HashMap<String, List<Long>>();
    boolean more = true;
    while (more) {
      talk.send("reserve-with-timeout 0\r\n".repeat(DRAINED_AT_ONCE));
      var deletes = new StringBuilder();
      int held = 0;
      for (int i = 0; i < DRAINED_AT_ONCE; i++) {
        var job = talk.reply();
        more = job.word(0).equals("RESERVED");
        if (more) {
          found.computeIfAbsent(job.body(), _ -> new ArrayList<>()).add(job.id());
          deletes.append("delete ").append(job.id()).append("\r\n");
          held++;
        }
      }
      talk.send(deletes.toString());
      for (; held > 0; held--) {
        assertThat(talk.reply().line()).isEqualTo("DELETED");
      }
    }
    return found;
  }

  @Test
  void puts_that_are_retried_after_each_kill_are_done_once() throws Exception {
    var random = new Random(SEED);
    var producers = new ArrayList<Producer>();
    for (int i = 0; i < PRODUCERS; i++) {
      producers.add(new Producer("p" + i + "/"));
    }
    var launch = serve("--segment-size", "1MiB");
    int kills = 0;
    while (kills < KILLS || (kills < KILLS + MORE_KILLS_MAX && known(producers) == 0)) {
      kills++;
      try (var server = launch.start();
          var threads = Executors.newFixedThreadPool(PRODUCERS)) {
        producers.forEach(producer -> threads.execute(() -> producer.putUntilTheEnd(server)));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LIFE_MS_MIN, LIFE_MS_MAX));
        server.kill9();
      }
    }
    try (var server = launch.start();
        var talk = server.connect()) {
      var jobs = new HashMap<String, Long>();
      for (var producer : producers) {
        producer.putUnanswered(talk);
        assertThat(producer.jobs).hasSize(producer.begun);
        jobs.putAll(producer.jobs);
      }
      int known = known(producers);
      assertThat(known).as("retries of what was done, seed %d", SEED).isPositive();
      System.out.printf("seed %d: %d jobs, %d retries were known%n", SEED, jobs.size(), known);
      var found = drain(talk);
      assertThat(found).as("seed %d", SEED).hasSameSizeAs(jobs);
      assertThat(found)
          .as("seed %d", SEED)
          .allSatisfy((key, ids) -> assertThat(ids).containsExactly(jobs.get(key)));
      var key = producers.getFirst().name + 1;
      assertThat(reply(talk, key)).as("its job is gone").isEqualTo("KNOWN " + jobs.get(key));
    }
  }

  @Test
  void the_limits_are_those_that_were_set_and_a_key_that_is_forgotten_doubles() throws Exception {
    try (var server = serve("--keys-max", "2", "--key-window", "10s").start();
        var talk = server.connect()) {
      assertThat(reply(talk, "a")).isEqualTo("INSERTED 1");
      assertThat(reply(talk, "b")).isEqualTo("INSERTED 2");
      assertThat(reply(talk, "c")).isEqualTo("OUT_OF_MEMORY");
      assertThat(reply(talk, "a")).isEqualTo("KNOWN 1");
      Await.until(
          "all keys are forgotten", () -> talk.ask("stats").body().contains("headrace-keys: 0\n"));
      assertThat(reply(talk, "a")).isEqualTo("INSERTED 3");
      assertThat(drain(talk)).containsEntry("a", List.of(1L, 3L));
    }
  }
}
