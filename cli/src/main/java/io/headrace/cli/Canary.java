package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The first few of many jobs that are retried: how they fare decides about the others. */
final class Canary {
  /** The longest wait for them: who needs more looks for himself. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  @Option(
      names = "--canary",
      paramLabel = "N",
      description =
          "With --signature: retry the first N, and the others only when those are done with.")
  private Optional<Integer> first = Optional.empty();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "With --canary: how long to wait for them, up to 60s. Unless given: 60s.")
  private Optional<Duration> wait = Optional.empty();

  /** How many; 0 for none. */
  int first() {
    return first.orElse(0);
  }

  /** Refuses what makes no sense, before anything is done. */
  void check(boolean many) {
    if (first.isPresent() && !many) {
      throw new Failure(Exit.USAGE, "--canary is for many jobs: give --signature with it");
    }
    if (first.isPresent() && first.get() < 1) {
      throw new Failure(Exit.USAGE, "--canary is 1 or more, not " + first.get());
    }
    if (wait.isPresent() && first.isEmpty()) {
      throw new Failure(Exit.USAGE, "--wait says how long to wait for --canary: give both");
    }
    if (wait.isPresent() && (wait.get().isZero() || wait.get().compareTo(WAIT_MAX) > 0)) {
      throw new Failure(Exit.USAGE, "--wait is more than 0 and at most 60s");
    }
  }

  /**
   * Waits until each of these jobs is gone.
   *
   * @return what is wrong when one of them died again, or is not done with in time
   */
  Optional<String> watch(HeadraceClient client, List<Long> jobs) {
    var open = new ArrayList<>(jobs);
    long endNs = System.nanoTime() + wait.orElse(WAIT_MAX).toNanos();
    while (true) {
      var dead = look(client, open);
      if (dead.isPresent()) {
        var id = dead.getAsLong();
        return Optional.of(
            "job " + id + " died again or was buried: 'headrace dead show " + id + "' tells");
      }
      if (open.isEmpty()) {
        return Optional.empty();
      }
      if (System.nanoTime() - endNs >= 0) {
        return Optional.of(
            open.size()
                + " of "
                + jobs.size()
                + " canaries were not done with in time: does anybody work on their tube?");
      }
      Pace.sleep(LOOK_EVERY);
    }
  }

  /** Returns one that is dead; takes those that are gone off the list. */
  private static OptionalLong look(HeadraceClient client, List<Long> open) {
    for (var id : List.copyOf(open)) {
      var job = client.showJob(id);
      if (job.isPresent() && isDead(job.get().facts())) {
        return OptionalLong.of(id);
      }
      if (job.isEmpty()) {
        if (hasEnded(client, id)) {
          return OptionalLong.of(id);
        }
        open.remove(id);
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isDead(Map<String, String> facts) {
    return !facts.getOrDefault("cause", "none").equals("none")
        || !facts.getOrDefault("deaths", "0").equals("0")
        || facts.getOrDefault("state", "").equals("buried");
  }

  /** Whether a policy, and not a worker, has made away with it. */
  private static boolean hasEnded(HeadraceClient client, long id) {
    return client.listEnded(HeadraceClient.LIST_JOBS_MAX).stream()
        .anyMatch(end -> end.getOrDefault("id", "").equals(Long.toString(id)));
  }
}
