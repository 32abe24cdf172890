package io.headrace.server.metrics;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.collections.Object2ObjectHashMap;
import org.agrona.collections.ObjectHashSet;

/**
 * Counts what happens to jobs, tube by tube: how long they wait and run, how attempts end, and what
 * the queue gives up. Used on the loop's thread.
 *
 * <p>Stands beside the way of every job: a call costs some nanoseconds and allocates nothing, but
 * for the first one of a tube. Not part of the queue's state: all counts begin at 0 with the
 * process.
 */
public final class JobMeters {
  /**
   * Tubes with meters of their own: those that were heard of first. Further ones share one set, so
   * that tubes whose names are made up for each job cost neither memory nor series.
   */
  public static final int TUBES_MAX = 100;

  /** Sick tubes that are told apart among those that share meters; more are not counted. */
  private static final int SICK_OTHERS_MAX = 1_000;

  private final Object2ObjectHashMap<TubeName, TubeMeters> byName = new Object2ObjectHashMap<>();
  private final ObjectHashSet<TubeName> sickOthers = new ObjectHashSet<>();
  private final TubeMeters others = new TubeMeters();

  /** The tube that was asked for last: mostly the next one, too. */
  private TubeName lastName = Tubes.OTHERS;

  private TubeMeters last = others;

  /** A job of the tube is given to a session, so long after it became ready. */
  public void began(TubeName tube, long waitedNs) {
    of(tube).waits.record(waitedNs);
  }

  /** A session's hold of a job of the tube has ended after so long. */
  public void ended(TubeName tube, AttemptEnd how, long ranNs) {
    var meters = of(tube);
    meters.attempts[how.code()]++;
    meters.runs.record(ranNs);
  }

  /** The queue gave a job of the tube up. */
  public void jobEnded(TubeName tube, EndCause cause) {
    of(tube).ends[cause.code()]++;
  }

  /** Says whether the tube is sick; may be said again. */
  public void sick(TubeName tube, boolean sick) {
    var meters = of(tube);
    if (meters != others) {
      meters.sick = sick;
      return;
    }
    if (!sick) {
      sickOthers.remove(tube);
    } else if (sickOthers.size() < SICK_OTHERS_MAX) {
      sickOthers.add(tube);
    }
    others.sick = !sickOthers.isEmpty();
  }

  /**
   * What 99 of 100 holds of the tube's jobs did not exceed, rounded up to the end of a bucket or to
   * the longest of all; 0 when that is not known: nothing was held yet, or the tube has no meters
   * of its own.
   */
  public long p99RunNs(TubeName tube) {
    var meters = byName.get(tube);
    return meters == null ? 0 : meters.runs.percentileNs(99);
  }

  private TubeMeters of(TubeName tube) {
    if (tube.equals(lastName)) {
      return last;
    }
    var found = byName.get(tube);
    if (found == null) {
      found = create(tube);
    }
    lastName = tube;
    last = found;
    return found;
  }

  private TubeMeters create(TubeName tube) {
    if (byName.size() >= TUBES_MAX || tube.equals(Tubes.OTHERS)) {
      return others;
    }
    var created = new TubeMeters();
    byName.put(tube, created);
    return created;
  }

  /** Where all places are taken, frees those of tubes that are not there any more. */
  void forgetUnless(Predicate<TubeName> exists) {
    if (byName.size() < TUBES_MAX) {
      return;
    }
    byName.keySet().removeIf(tube -> !exists.test(tube));
    lastName = Tubes.OTHERS;
    last = others;
  }

  /** The counts of one tube as they were at one moment. */
  record Copy(TubeName tube, TubeMeters meters) {}

  /** All counts as they are now; those that tubes share last, and only when there are any. */
  List<Copy> copy() {
    var copies = new ArrayList<Copy>(byName.size() + 1);
    byName.forEach((tube, meters) -> copies.add(new Copy(tube, meters.copy())));
    if (others.waits.count() + others.runs.count() > 0 || others.sick || hasEnds(others)) {
      copies.add(new Copy(Tubes.OTHERS, others.copy()));
    }
    return copies;
  }

  private static boolean hasEnds(TubeMeters meters) {
    for (long count : meters.ends) {
      if (count > 0) {
        return true;
      }
    }
    return false;
  }
}
