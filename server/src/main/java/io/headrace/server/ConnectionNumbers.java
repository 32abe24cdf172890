package io.headrace.server;

/**
 * What is told of connections beside how many are open. Counts begin at 0 with the server.
 *
 * @param descriptorsMax how many files and sockets this process may have, as it was at the start
 * @param max how many connections may be open
 * @param maxPerAddress how many of them one address may have
 * @param maxPerListener how many of them may have come in by one listen address
 * @param refusedFull connections that were refused since as many were open as may be
 * @param refusedByAddress those that were refused since their address had as many as it may have
 * @param refusedByListener those that were refused since as many had come in by the same listen
 *     address as may
 * @param refusedWithoutDescriptor those that were refused since the system had no descriptor or no
 *     memory for them
 * @param acceptFailures how often the system failed to accept a connection
 * @param acceptAborts connections whose peers were gone before they were accepted
 * @param listenOverflows connections that the kernel did not take since a queue of peers that wait
 *     to be accepted was full; of every listener of this network namespace, not only ours
 * @param listenDrops connections that the kernel dropped for this or another reason; likewise
 */
public record ConnectionNumbers(
    long descriptorsMax,
    long max,
    long maxPerAddress,
    long maxPerListener,
    long refusedFull,
    long refusedByAddress,
    long refusedByListener,
    long refusedWithoutDescriptor,
    long acceptFailures,
    long acceptAborts,
    long listenOverflows,
    long listenDrops) {
  /** Of a server that nobody connects to by a network. */
  public static final ConnectionNumbers NONE =
      new ConnectionNumbers(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
