package io.headrace.queue.model;

import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of the naive model, oldest first. */
final class NaiveKeys {
  /** What a snapshot holds of a key beside two names. */
  private static final int ROW_BYTES = 8 + 8 + 2 + 1;

  private static final long SECOND_NS = 1_000_000_000L;

  private record Known(TubeName tube, String key, long job, long atNs) {}

  private final List<Known> all = new ArrayList<>();
  private long windowNs = 3_600 * SECOND_NS;

  Optional<Long> job(TubeName tube, String key) {
    return all.stream()
        .filter(k -> k.tube.equals(tube) && k.key.equals(key))
        .map(Known::job)
        .findAny();
  }

  void add(TubeName tube, String key, long job, long nowNs) {
    all.add(new Known(tube, key, job, nowNs));
  }

  void windowNs(long ns) {
    windowNs = ns;
  }

  /** When the next one is forgotten: at a whole second. */
  long nextNs() {
    return all.stream().mapToLong(this::untilNs).min().orElse(NaiveJob.NEVER);
  }

  void forget(long nowNs) {
    all.removeIf(k -> untilNs(k) <= nowNs);
  }

  private long untilNs(Known known) {
    long endNs = known.atNs + windowNs;
    long over = endNs % SECOND_NS;
    return over == 0 ? endNs : endNs - over + SECOND_NS;
  }

  int size() {
    return all.size();
  }

  long bytes() {
    return all.stream().mapToLong(k -> ROW_BYTES + k.tube.length() + k.key.length()).sum();
  }
}
