package io.headrace.simulator;

import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.util.Optional;

/** What holds for the jobs of a tube, and which policies contradict themselves. */
final class AuditedPolicy {
  private static final int MOVES_MAX = 100;

  private final AuditedState state;
  PolicySettings defaults = PolicySettings.NONE;

  AuditedPolicy(AuditedState state) {
    this.state = state;
  }

  long value(TubeName tube, PolicyKey key) {
    return effective(state.tube(tube).own).get(key).orElse(key.builtIn());
  }

  private PolicySettings effective(PolicySettings own) {
    return own.over(defaults);
  }

  /** Where jobs of the tube are moved when they end, if they are moved. */
  Optional<TubeName> moveTo(TubeName tube) {
    return target(state.tube(tube).own);
  }

  private Optional<TubeName> target(PolicySettings own) {
    PolicySettings all = effective(own);
    return all.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code()
        ? Optional.of(all.moveTo())
        : Optional.empty();
  }

  /** The settings of a tube as they would be after a change. */
  PolicySettings changed(TubeName tube, PolicySettings set, long cleared) {
    PolicySettings kept = state.exists(tube) ? state.tube(tube).own : PolicySettings.NONE;
    for (PolicyKey key : PolicyKey.values()) {
      if ((cleared >> key.code()) % 2 != 0) {
        kept = kept.without(key);
      }
    }
    return set.over(kept);
  }

  /**
   * What is wrong with these settings for a tube.
   *
   * @param set what is set now: where jobs are moved is looked at only when that is said anew
   */
  Optional<PolicyFault> fault(TubeName tube, PolicySettings set, PolicySettings own) {
    if (set.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code()) {
      if (set.moveTo().equals(tube)) {
        return Optional.of(PolicyFault.MOVE_TO_ITSELF);
      }
      if (!state.exists(set.moveTo())) {
        return Optional.of(PolicyFault.MOVE_TO_UNKNOWN);
      }
      if (comesBack(tube, set.moveTo())) {
        return Optional.of(PolicyFault.MOVE_IN_CIRCLE);
      }
    }
    PolicySettings all = effective(own);
    if (own.get(PolicyKey.BURST).isPresent() && all.get(PolicyKey.RATE_INTERVAL).orElse(0) == 0) {
      return Optional.of(PolicyFault.BURST_WITHOUT_RATE);
    }
    long longest = all.get(PolicyKey.RETRY_DELAY_MAX).orElse(0);
    if (longest > 0 && longest < all.get(PolicyKey.RETRY_DELAY).orElse(0)) {
      return Optional.of(PolicyFault.DELAY_MAX_BELOW_DELAY);
    }
    long attempts = own.get(PolicyKey.MAX_ATTEMPTS).orElse(0);
    return attempts > 0 && own.get(PolicyKey.MAX_DEATHS).orElse(0) > attempts
        ? Optional.of(PolicyFault.ATTEMPTS_BEFORE_DEATHS)
        : Optional.empty();
  }

  private boolean comesBack(TubeName tube, TubeName target) {
    TubeName at = target;
    for (int moves = 0; moves < MOVES_MAX; moves++) {
      Optional<TubeName> next = state.exists(at) ? moveTo(at) : Optional.empty();
      if (next.isEmpty() || next.get().equals(at)) {
        return false;
      }
      at = next.get();
      if (at.equals(tube)) {
        return true;
      }
    }
    return true;
  }
}
