package io.headrace.queue;

/**
 * What holds for the jobs of a tube: its settings over the server's over what is built in. The
 * units and the meaning of 0 are those of {@link PolicyKey}; limits that are not set are the
 * largest number here, so that each is one comparison.
 */
record Policy(
    int maxDeaths,
    int maxAttempts,
    int maxTimeouts,
    long expiresAfterNs,
    long retryDelayNs,
    long retryDelayMaxNs,
    OnEnd onEnd,
    TubeName moveTo,
    long maxReady,
    long maxBytes,
    int maxRunning,
    long rateIntervalNs,
    int burst,
    int suspectShare) {

  static Policy of(PolicySettings settings) {
    return new Policy(
        (int) settings.value(PolicyKey.MAX_DEATHS),
        (int) settings.value(PolicyKey.MAX_ATTEMPTS),
        (int) settings.value(PolicyKey.MAX_TIMEOUTS),
        settings.value(PolicyKey.EXPIRES_AFTER),
        settings.value(PolicyKey.RETRY_DELAY),
        settings.value(PolicyKey.RETRY_DELAY_MAX),
        OnEnd.of((int) settings.value(PolicyKey.ON_END)),
        settings.moveTo(),
        limit(settings.value(PolicyKey.MAX_READY)),
        limit(settings.value(PolicyKey.MAX_BYTES)),
        (int) Math.min(Integer.MAX_VALUE, limit(settings.value(PolicyKey.MAX_RUNNING))),
        settings.value(PolicyKey.RATE_INTERVAL),
        (int) settings.value(PolicyKey.BURST),
        (int) settings.value(PolicyKey.SUSPECT_SHARE));
  }

  private static long limit(long value) {
    return value == 0 ? Long.MAX_VALUE : value;
  }
}
