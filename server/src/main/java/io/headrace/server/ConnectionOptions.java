package io.headrace.server;

import io.headrace.queue.Invariant;

/**
 * How many connections a {@link HeadraceServer} takes.
 *
 * @param max how many may be open, at least 1; never more than the descriptors that this process
 *     may have, less {@link DescriptorLimit#RESERVE}
 * @param maxPerAddress how many of them one address may have, at least 1; {@code max} or more is no
 *     limit of its own. An IPv6 network of 64 bits counts as one address
 * @param maxPerListener how many of them may have come in by one listen address, at least 1;
 *     likewise
 */
public record ConnectionOptions(int max, int maxPerAddress, int maxPerListener) {
  public ConnectionOptions {
    Invariant.check(max >= 1, "a server has connections");
    Invariant.check(maxPerAddress >= 1, "an address has connections");
    Invariant.check(maxPerListener >= 1, "a listener has connections");
  }

  /** Options of a server that does not ask where a connection comes from. */
  public ConnectionOptions(int max) {
    this(max, max, max);
  }

  /** As many as the descriptor limit of this process allows. */
  public static ConnectionOptions usual() {
    return new ConnectionOptions(DescriptorLimit.defaultConnectionsMax());
  }
}
