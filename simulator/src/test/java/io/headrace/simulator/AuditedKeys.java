package io.headrace.simulator;

import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which keys must be known: each for its window, and up to the end of that second. */
final class AuditedKeys {
  private static final long SECOND_NS = 1_000_000_000;

  private record Key(TubeName tube, String text) {}

  private record Put(long job, long atNs) {}

  private final Map<Key, Put> known = new LinkedHashMap<>();
  long windowNs = 3_600 * SECOND_NS;

  /** The job that was put with this key, or 0. */
  long job(TubeName tube, String text) {
    Put put = known.get(new Key(tube, text));
    return put == null ? 0 : put.job;
  }

  /** A job was put with this key. */
  void added(TubeName tube, String text, long job, long nowNs) {
    Put before = known.put(new Key(tube, text), new Put(job, nowNs));
    Violation.unless(before == null, "job %d is a double of %s, by key %s", job, before, text);
  }

  void forget(long nowNs) {
    known
        .values()
        .removeIf(put -> nowNs >= (put.atNs + windowNs + SECOND_NS - 1) / SECOND_NS * SECOND_NS);
  }

  /** Compares these with the machine's. */
  void compare(QueueMachine machine) {
    Violation.unless(
        machine.keys() == known.size(), "%d keys are known of %d", machine.keys(), known.size());
    known.forEach((key, put) -> {
      long job = machine.keyedJob(key.tube, key.text);
      Violation.unless(job == put.job, "%s has put job %d instead of %d", key, job, put.job);
    });
    Violation.unless(machine.keyWindowNs() == windowNs, "the window is %d", machine.keyWindowNs());
  }
}
