package io.headrace.queue.model;

import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.util.Optional;

/** The settings of a tube over those of the server, over what is built in. */
record NaivePolicy(PolicySettings settings) {
  long value(PolicyKey key) {
    return settings.get(key).orElse(key.builtIn());
  }

  boolean moves() {
    return value(PolicyKey.ON_END) == OnEnd.MOVE.code();
  }

  Optional<TubeName> target() {
    return moves() ? Optional.of(settings.moveTo()) : Optional.empty();
  }
}
