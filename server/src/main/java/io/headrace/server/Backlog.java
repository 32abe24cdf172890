package io.headrace.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The replies of all connections of a loop that their peers' kernels did not take. Beyond the limit
 * the connection is closed whose peer has taken nothing for the longest time, and so on: peers that
 * do not read cost the server's memory only so much, however many they are. And whose peer has
 * taken nothing for too long is closed though there is room.
 *
 * <p>Used on the loop's thread. Times are those of a clock that does not jump.
 */
final class Backlog {
  /**
   * Connections that are closed in one piece of a sweep: each is a close(2), some 50 microseconds.
   */
  static final int CLOSES_A_PIECE = 4;

  private final long bytesMax;
  private final long timeoutNs;
  private final ClientFaults faults;

  /** In the order in which they took something, the one first that has not for the longest time. */
  private final Map<NettyLoopThread.Open, Waiting> waiting = new LinkedHashMap<>();

  private long bytes;

  /** What waits for one peer, and since when it has taken nothing. */
  private record Waiting(int memoryBytes, long sinceNs) {}

  /**
   * An empty one.
   *
   * @param bytesMax the most memory of all of them together; one connection alone may go beyond it
   * @param timeout how long a peer may take nothing; without it for ever
   */
  Backlog(long bytesMax, Optional<Duration> timeout, ClientFaults faults) {
    this.bytesMax = bytesMax;
    this.timeoutNs = timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    this.faults = faults;
  }

  /** Notes how much memory the replies hold that wait for this connection's peer. */
  void waits(NettyLoopThread.Open connection, int memoryBytes, long nowNs) {
    Waiting before = waiting.get(connection);
    // What is there already keeps its place.
    waiting.put(connection, new Waiting(memoryBytes, before == null ? nowNs : before.sinceNs()));
    bytes += memoryBytes - (before == null ? 0 : before.memoryBytes());
    while (bytes > bytesMax && waiting.size() > 1) {
      close(
          waiting.keySet().iterator().next(),
          "its peer does not read its replies, and "
              + bytes
              + " bytes wait for peers like it, more"
              + " than "
              + bytesMax,
          nowNs);
    }
  }

  /** Notes that this connection's peer has taken some of it. */
  void moves(NettyLoopThread.Open connection, long nowNs) {
    Waiting before = waiting.remove(connection);
    if (before != null) {
      waiting.put(connection, new Waiting(before.memoryBytes(), nowNs));
    }
  }

  /** Notes that nothing waits for this connection's peer any more. */
  void forget(NettyLoopThread.Open connection) {
    Waiting before = waiting.remove(connection);
    bytes -= before == null ? 0 : before.memoryBytes();
  }

  /**
   * Closes some connections whose peers have taken nothing for too long; true if there are more.
   */
  boolean sweep(long nowNs) {
    for (int closed = 0; !waiting.isEmpty(); closed++) {
      Map.Entry<NettyLoopThread.Open, Waiting> slowest = waiting.entrySet().iterator().next();
      if (nowNs - slowest.getValue().sinceNs() <= timeoutNs) {
        return false;
      }
      if (closed == CLOSES_A_PIECE) {
        return true;
      }
      close(
          slowest.getKey(),
          "its peer has read nothing of its replies for "
              + Duration.ofNanos(timeoutNs).toSeconds()
              + " s (send-timeout)",
          nowNs);
    }
    return false;
  }

  private void close(NettyLoopThread.Open connection, String why, long nowNs) {
    faults.closed(ClientFault.UNREAD, connection.peer(), why, nowNs);
    forget(connection);
    connection.drop();
  }
}
