package io.headrace.queue.model;

import io.headrace.queue.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a list of steps that fails as short as it can: takes out ever smaller pieces as long as it
 * still fails (after Zeller's ddmin), and takes puts out last, leaving their ids unused, so that
 * the ids in the other steps keep their meaning.
 */
final class Shrinker {
  /** How often a list is tried at most; what has been reached by then is returned. */
  static final int TRIES_MAX = 5_000;

  private final Predicate<List<Step>> fails;
  private int tries;

  Shrinker(Predicate<List<Step>> fails) {
    this.fails = fails;
  }

  /**
   * Returns a list that fails, of which no step can be taken out alone; {@code steps} must fail.
   */
  List<Step> shrink(List<Step> steps) {
    List<Step> shortest = List.copyOf(steps);
    List<Step> before = List.of();
    while (!before.equals(shortest)) {
      before = shortest;
      shortest = withoutPieces(shortest);
      shortest = withoutPuts(shortest);
      shortest = withLessTime(shortest);
    }
    return shortest;
  }

  private List<Step> withoutPieces(List<Step> steps) {
    List<Step> rest = steps;
    for (int piece = Math.max(1, steps.size() / 2); piece >= 1; piece /= 2) {
      int from = 0;
      while (from < rest.size()) {
        List<Step> without = new ArrayList<>(rest.subList(0, from));
        without.addAll(rest.subList(Math.min(rest.size(), from + piece), rest.size()));
        if (stillFails(without)) {
          rest = without;
        } else {
          from += piece;
        }
      }
    }
    return List.copyOf(rest);
  }

  private List<Step> withoutPuts(List<Step> steps) {
    List<Step> rest = new ArrayList<>(steps);
    for (int i = 0; i < rest.size(); i++) {
      if (rest.get(i) instanceof Step.Apply(var stampNs, Command.WithBody _)) {
        Step whole = rest.get(i);
        rest.set(i, new Step.Apply(stampNs, new Command.SkipId()));
        if (!stillFails(rest)) {
          rest.set(i, whole);
        }
      }
    }
    return List.copyOf(rest);
  }

  /** Lets each step happen at the moment of the one before, where that fails too. */
  private List<Step> withLessTime(List<Step> steps) {
    List<Step> rest = new ArrayList<>(steps);
    long lastNs = Long.MIN_VALUE;
    for (int i = 0; i < rest.size(); i++) {
      if (rest.get(i) instanceof Step.Apply(var stampNs, var command)) {
        if (lastNs != Long.MIN_VALUE && lastNs != stampNs) {
          Step later = rest.get(i);
          rest.set(i, new Step.Apply(lastNs, command));
          if (!stillFails(rest)) {
            rest.set(i, later);
            lastNs = stampNs;
          }
        } else {
          lastNs = stampNs;
        }
      }
    }
    return List.copyOf(rest);
  }

  private boolean stillFails(List<Step> steps) {
    tries++;
    return tries <= TRIES_MAX && fails.test(steps);
  }
}
