package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/** Changes policies, and refuses those that contradict themselves or others. */
final class PolicyCommands {
  /** More tubes in a row than anybody moves jobs through. */
  private static final int MOVES_MAX = 100;

  private final QueueState state;

  PolicyCommands(QueueState state) {
    this.state = state;
  }

  void setDefault(PolicySettings settings) {
    state.policies.defaults(settings);
    for (var i = 0; i < state.tubes.size(); i++) {
      state.feed(state.tubes.get(i));
    }
  }

  void set(Session session, Command.SetPolicy command, Effects effects) {
    var tube = state.findOrCreate(command.tube());
    if (tube == null) {
      effects.answer(session.id, Answer.OUT_OF_MEMORY);
      return;
    }
    var kept = tube.settings();
    for (var key : PolicyKey.values()) {
      kept = (command.cleared() & 1L << key.code()) != 0 ? kept.without(key) : kept;
    }
    var own = command.set().over(kept);
    var fault = fault(tube, command.set(), own);
    if (fault != null) {
      state.dropIfUnused(tube);
      effects.policyRefused(session.id, fault);
      return;
    }
    tube.settings(own);
    tube.throttle(0, 0);
    state.retime(tube);
    state.feed(tube);
    state.dropIfUnused(tube);
    effects.answer(session.id, Answer.POLICY_SET);
  }

  private @Nullable PolicyFault fault(Tube tube, PolicySettings set, PolicySettings own) {
    if (set.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code()) {
      var target = state.tubes.find(set.moveTo());
      if (target == tube) {
        return PolicyFault.MOVE_TO_ITSELF;
      }
      if (target == null) {
        return PolicyFault.MOVE_TO_UNKNOWN;
      }
      if (comesBack(tube, target)) {
        return PolicyFault.MOVE_IN_CIRCLE;
      }
    }
    var all = own.over(state.policies.defaults());
    if (own.get(PolicyKey.BURST).isPresent() && all.value(PolicyKey.RATE_INTERVAL) == 0) {
      return PolicyFault.BURST_WITHOUT_RATE;
    }
    var longest = all.value(PolicyKey.RETRY_DELAY_MAX);
    if (longest > 0 && longest < all.value(PolicyKey.RETRY_DELAY)) {
      return PolicyFault.DELAY_MAX_BELOW_DELAY;
    }
    var attempts = own.get(PolicyKey.MAX_ATTEMPTS).orElse(0);
    return attempts > 0 && own.get(PolicyKey.MAX_DEATHS).orElse(0) > attempts
        ? PolicyFault.ATTEMPTS_BEFORE_DEATHS
        : null;
  }

  /** Whether jobs that are moved from the one tube to the other are moved back some time. */
  private boolean comesBack(Tube tube, Tube target) {
    var next = target;
    for (var moves = 0; moves < MOVES_MAX; moves++) {
      var policy = next.policy();
      var following = policy.onEnd() == OnEnd.MOVE ? state.tubes.find(policy.moveTo()) : null;
      if (following == tube) {
        return true;
      }
      if (following == null || following == next) {
        return false;
      }
      next = following;
    }
    return true;
  }
}
