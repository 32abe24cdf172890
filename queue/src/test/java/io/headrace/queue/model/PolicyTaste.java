package io.headrace.queue.model;

import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.util.List;
import java.util.SplittableRandom;

/** Draws settings of policies from few values, so that limits are met, and now and then clash. */
final class PolicyTaste {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int KEYS_MAX = 4;

  private final SplittableRandom random;
  private final List<TubeName> targets;

  PolicyTaste(SplittableRandom random, List<TubeName> targets) {
    this.random = random;
    this.targets = targets;
  }

  /** One setting or a few. */
  PolicySettings settings() {
    PolicySettings settings = PolicySettings.NONE;
    for (int i = random.nextInt(KEYS_MAX); i >= 0; i--) {
      settings = with(settings, key());
    }
    return settings;
  }

  /** Mostly nothing, else a key or a few that are neighbours. */
  long cleared() {
    return switch (random.nextInt(4)) {
      case 0 -> 1L << key().code();
      case 1 -> 0b1111L << key().code();
      default -> 0;
    };
  }

  /** All that can be cleared. */
  static long allCleared() {
    long all = 0;
    for (PolicyKey key : PolicyKey.values()) {
      all |= 1L << key.code();
    }
    return all;
  }

  private PolicyKey key() {
    PolicyKey[] keys = PolicyKey.values();
    return keys[random.nextInt(keys.length)];
  }

  private PolicySettings with(PolicySettings settings, PolicyKey key) {
    return switch (key) {
      case MAX_DEATHS -> settings.with(key, random.nextInt(4));
      case MAX_ATTEMPTS -> settings.with(key, oneOf(0, 0, 1, 2, 3, 5));
      case MAX_TIMEOUTS -> settings.with(key, oneOf(0, 0, 1, 2, 3));
      case EXPIRES_AFTER -> settings.with(key, oneOf(0, 0, 1, 2, 3, 100) * SECOND_NS);
      case RETRY_DELAY -> settings.with(key, oneOf(0, 1, 2, 4) * SECOND_NS / 2);
      case RETRY_DELAY_MAX -> settings.with(key, oneOf(0, 1, 3, 5, 100) * SECOND_NS);
      case ON_END -> onEnd(settings);
      case MAX_READY -> settings.with(key, oneOf(0, 0, 2, 4, 6));
      case MAX_BYTES -> settings.with(key, oneOf(0, 0, 0, 200, 500, 1_000_000));
      case MAX_RUNNING -> settings.with(key, random.nextInt(3));
      case RATE_INTERVAL -> settings.with(key, oneOf(0, 0, 1, 2, 4) * SECOND_NS / 4);
      case BURST -> settings.with(key, oneOf(1, 2, 3));
      case SUSPECT_SHARE -> settings.with(key, oneOf(1, 2, 34, 50, 100));
    };
  }

  private PolicySettings onEnd(PolicySettings settings) {
    return switch (random.nextInt(4)) {
      case 0 -> settings.with(PolicyKey.ON_END, OnEnd.BURY.code());
      case 1 -> settings.with(PolicyKey.ON_END, OnEnd.DROP.code());
      default -> settings.withMoveTo(targets.get(random.nextInt(targets.size())));
    };
  }

  private long oneOf(long... all) {
    return all[random.nextInt(all.length)];
  }
}
