package io.headrace.server;

import io.headrace.queue.Invariant;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link HeadraceServer} is told.
 *
 * @param version Headrace's own version, for {@code stats}
 * @param listen where it listens, besides the sockets that it inherits
 * @param journal where jobs are kept; without it they end with the process
 * @param maxJobBytes the largest body that a put may have, 1 B to 1 GiB
 * @param memoryBytes how much memory the bodies may take; puts are refused beyond it
 * @param connectionsMax how many connections may be open, at least 1; never more than the
 *     descriptors that this process may have, less {@link DescriptorLimit#RESERVE}
 */
public record ServerOptions(
    String version,
    List<ListenAddress> listen,
    Optional<JournalPlace> journal,
    int maxJobBytes,
    long memoryBytes,
    int connectionsMax) {
  private static final int JOB_BYTES_MAX = 1 << 30;

  public ServerOptions {
    listen = List.copyOf(listen);
    Invariant.check(maxJobBytes >= 1 && maxJobBytes <= JOB_BYTES_MAX, "1 B to 1 GiB a job");
    Invariant.check(memoryBytes >= 1, "bodies need memory");
    Invariant.check(connectionsMax >= 1, "a server has connections");
  }

  /** Options of a server that keeps its jobs in memory only. */
  public ServerOptions(
      String version,
      List<ListenAddress> listen,
      int maxJobBytes,
      long memoryBytes,
      int connectionsMax) {
    this(version, listen, Optional.empty(), maxJobBytes, memoryBytes, connectionsMax);
  }

  /** How many connections the descriptor limit of this process allows. */
  public static int defaultConnectionsMax() {
    return DescriptorLimit.defaultConnectionsMax();
  }
}
