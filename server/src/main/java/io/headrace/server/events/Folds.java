package io.headrace.server.events;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The events that wait for one target, alike ones folded into one: the first is told at once, those
 * that come soon after it are collected and told together, as the latest of them. Knows no clock.
 */
final class Folds {
  private final Map<Map.Entry<EventKind, String>, Fold> folds = new LinkedHashMap<>();
  private long windowNs;
  private int waiting;

  Folds(long windowNs) {
    this.windowNs = windowNs;
  }

  private static final class Fold {
    Optional<Event> latest = Optional.empty();
    long count;
    long dueNs;
  }

  /** Adds an event; true when another that waits already stands for it now. */
  boolean add(Event event, long nowNs) {
    Fold fold = folds.computeIfAbsent(event.matter(), _ -> fold(nowNs));
    boolean folded = fold.latest.isPresent();
    fold.latest = Optional.of(event);
    fold.count++;
    waiting += folded ? 0 : 1;
    return folded;
  }

  private static Fold fold(long dueNs) {
    var fold = new Fold();
    fold.dueNs = dueNs;
    return fold;
  }

  /** Takes one that is due. */
  Optional<Telling> next(long nowNs) {
    folds.values().removeIf(fold -> fold.latest.isEmpty() && fold.dueNs - nowNs <= 0);
    for (Fold fold : folds.values()) {
      if (fold.latest.isPresent() && fold.dueNs - nowNs <= 0) {
        var telling = new Telling(fold.latest.get(), fold.count);
        fold.latest = Optional.empty();
        fold.count = 0;
        fold.dueNs = nowNs + windowNs;
        waiting--;
        return Optional.of(telling);
      }
    }
    return Optional.empty();
  }

  /** How long it takes until one is due, 0 when one is; {@link Long#MAX_VALUE} when none waits. */
  long waitNs(long nowNs) {
    return folds.values().stream()
        .filter(fold -> fold.latest.isPresent())
        .mapToLong(fold -> Math.max(0, fold.dueNs - nowNs))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** How many wait, each for those that it stands for. */
  int size() {
    return waiting;
  }

  /** From now on nothing is collected: what waits is due. */
  void hurry(long nowNs) {
    windowNs = 0;
    folds.values().forEach(fold -> fold.dueNs = nowNs);
  }
}
