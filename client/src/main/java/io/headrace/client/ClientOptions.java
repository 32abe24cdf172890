package io.headrace.client;

import java.time.Duration;

/**
 * How a {@link JobClient} goes about it.
 *
 * @param patience how long a call may take, to the connection and back: 1 ms to 1 day. A second for
 *     each MiB that its connection moves meanwhile comes on top, and for a reserve its time-out
 * @param credentials whom it trusts, and what it shows
 * @param callsMax calls on their way in one tube, at least 1. One more waits for a place, within
 *     its patience; one that does not wait fails
 * @param tubesMax tubes that it has a connection for at the same time, at least 1. One more takes
 *     the place of one that is not used; without such a one it fails
 * @param holdersMax connections that hold a job or wait for one, at least 1. One more waits for a
 *     place, within its patience
 * @param backOffMin the most that it waits after the first failure to connect; each further one
 *     doubles it
 * @param backOffMax the most that it ever waits between two attempts to connect
 * @param listener is told what happens
 */
public record ClientOptions(
    Duration patience,
    Credentials credentials,
    int callsMax,
    int tubesMax,
    int holdersMax,
    Duration backOffMin,
    Duration backOffMax,
    ClientListener listener) {
  private static final Duration PATIENCE_MAX = Duration.ofDays(1);

  /** 10 s, no token, 1,024 calls in each of 64 tubes, 256 holders, 50 ms to 5 s. */
  public static final ClientOptions DEFAULT =
      new ClientOptions(
          Duration.ofSeconds(10),
          Credentials.NONE,
          1024,
          64,
          256,
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          ClientListener.LOG);

  public ClientOptions {
    if (patience.toMillis() < 1 || patience.compareTo(PATIENCE_MAX) > 0) {
      throw new IllegalArgumentException("a patience is 1 ms to 1 day, not " + patience);
    }
    if (callsMax < 1 || tubesMax < 1 || holdersMax < 1) {
      throw new IllegalArgumentException("callsMax, tubesMax and holdersMax are at least 1");
    }
    if (backOffMin.toMillis() < 1 || backOffMax.compareTo(backOffMin) < 0) {
      throw new IllegalArgumentException(
          "a back-off is at least 1 ms, and its maximum not below its minimum");
    }
  }

  /** The same with another patience. */
  public ClientOptions withPatience(Duration other) {
    return new ClientOptions(
        other, credentials, callsMax, tubesMax, holdersMax, backOffMin, backOffMax, listener);
  }

  /** The same with other credentials. */
  public ClientOptions withCredentials(Credentials other) {
    return new ClientOptions(
        patience, other, callsMax, tubesMax, holdersMax, backOffMin, backOffMax, listener);
  }

  /** The same with other limits. */
  public ClientOptions withLimits(int calls, int tubes, int holders) {
    return new ClientOptions(
        patience, credentials, calls, tubes, holders, backOffMin, backOffMax, listener);
  }

  /** The same with another listener. */
  public ClientOptions withListener(ClientListener other) {
    return new ClientOptions(
        patience, credentials, callsMax, tubesMax, holdersMax, backOffMin, backOffMax, other);
  }
}
