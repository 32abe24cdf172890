package io.headrace.queue.model;

import io.headrace.queue.Body;
import io.headrace.queue.Limits;
import java.util.ArrayList;
import java.util.List;

/** The evidence of deaths that the naive model keeps. */
final class NaiveDockets {
  /** What was left of one death. */
  record Docket(long id, long job, NaiveTube tube, Body body, long untilNs) {}

  private final NaiveQueue queue;
  final List<Docket> all = new ArrayList<>();

  NaiveDockets(NaiveQueue queue) {
    this.queue = queue;
  }

  /** Keeps one, and drops an older one of the same job, and what is too much, oldest first. */
  void add(Docket docket) {
    removeOf(docket.job);
    all.add(docket);
    while (of(docket.tube).size() > Limits.DOCKETS_MAX
        || bytes(docket.tube) > Limits.DOCKETS_BYTES_MAX) {
      remove(of(docket.tube).getFirst());
    }
  }

  /** Removes that of a job, which goes, or has died again. */
  void removeOf(long job) {
    all.stream().filter(d -> d.job == job).toList().forEach(this::remove);
  }

  /** Removes those of the tube that are too old. */
  void expire(NaiveTube tube) {
    of(tube).stream().filter(d -> d.untilNs <= queue.nowNs).forEach(this::remove);
  }

  private void remove(Docket docket) {
    all.remove(docket);
    queue.tell(new Effect.Freed(docket.body.ref(), docket.body.bytes()));
  }

  List<Docket> of(NaiveTube tube) {
    return all.stream().filter(d -> d.tube == tube).toList();
  }

  long bytes(NaiveTube tube) {
    return of(tube).stream().mapToLong(d -> d.body.bytes()).sum();
  }

  /** The docket of the job, or 0. */
  long idOf(long job) {
    return all.stream().filter(d -> d.job == job).findFirst().map(Docket::id).orElse(0L);
  }
}
