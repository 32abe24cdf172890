package io.headrace.queue.model;

import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.util.Optional;

/** Why the naive model refuses a policy: each fault a question, asked in turn. */
final class NaiveFaults {
  private static final int STEPS_MAX = 100;

  private final NaiveQueue queue;
  private final NaiveTube tube;
  private final PolicySettings set;
  private final PolicySettings own;
  private final NaivePolicy effective;

  /** Faults of a tube's own policy, of which this is set anew. */
  NaiveFaults(NaiveQueue queue, NaiveTube tube, PolicySettings set, PolicySettings own) {
    this.queue = queue;
    this.tube = tube;
    this.set = set;
    this.own = own;
    this.effective = new NaivePolicy(own.over(queue.defaults));
  }

  Optional<PolicyFault> first() {
    boolean moves = new NaivePolicy(set).moves();
    if (moves && own.moveTo().equals(tube.name)) {
      return Optional.of(PolicyFault.MOVE_TO_ITSELF);
    }
    if (moves && queue.tube(own.moveTo()).isEmpty()) {
      return Optional.of(PolicyFault.MOVE_TO_UNKNOWN);
    }
    if (moves && comesBackFrom(own.moveTo())) {
      return Optional.of(PolicyFault.MOVE_IN_CIRCLE);
    }
    if (own.get(PolicyKey.BURST).isPresent() && effective.value(PolicyKey.RATE_INTERVAL) == 0) {
      return Optional.of(PolicyFault.BURST_WITHOUT_RATE);
    }
    long delayMaxNs = effective.value(PolicyKey.RETRY_DELAY_MAX);
    if (delayMaxNs > 0 && delayMaxNs < effective.value(PolicyKey.RETRY_DELAY)) {
      return Optional.of(PolicyFault.DELAY_MAX_BELOW_DELAY);
    }
    long attempts = own.get(PolicyKey.MAX_ATTEMPTS).orElse(0);
    if (attempts > 0 && own.get(PolicyKey.MAX_DEATHS).orElse(0) > attempts) {
      return Optional.of(PolicyFault.ATTEMPTS_BEFORE_DEATHS);
    }
    return Optional.empty();
  }

  private boolean comesBackFrom(TubeName from) {
    Optional<TubeName> at = Optional.of(from);
    for (int i = 0; i < STEPS_MAX; i++) {
      if (at.flatMap(queue::tube).isEmpty()) {
        return false;
      }
      if (at.orElseThrow().equals(tube.name)) {
        return true;
      }
      Optional<TubeName> next = queue.policy(queue.tube(at.orElseThrow()).orElseThrow()).target();
      if (next.equals(at)) {
        // A tube cannot move jobs to itself: it buries them.
        return false;
      }
      at = next;
    }
    return true;
  }
}
