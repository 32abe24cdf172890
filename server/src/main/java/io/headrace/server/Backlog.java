package io.headrace.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replies of all connections of a loop that their peers' kernels did not take. Beyond the limit
 * the connection is closed whose peer has taken nothing for the longest time, and so on: peers that
 * do not read cost the server's memory only so much, however many they are.
 *
 * <p>Used on the loop's thread.
 */
final class Backlog {
  private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

  private final long bytesMax;
  private final Map<NettyLoopThread.Open, Integer> waiting = new LinkedHashMap<>();
  private long bytes;

  /**
   * An empty one.
   *
   * @param bytesMax the most memory of all of them together; one connection alone may go beyond it
   */
  Backlog(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Notes how much memory the replies hold that wait for this connection's peer. */
  void waits(NettyLoopThread.Open connection, int memoryBytes) {
    Integer before = waiting.put(connection, memoryBytes);
    bytes += memoryBytes - (before == null ? 0 : before);
    while (bytes > bytesMax && waiting.size() > 1) {
      NettyLoopThread.Open slowest = waiting.keySet().iterator().next();
      LOG.warn(
          "{}: connection closed: its peer does not read its replies, and {} bytes wait for peers"
              + " like it, more than {}",
          slowest.peer(),
          bytes,
          bytesMax);
      forget(slowest);
      slowest.drop();
    }
  }

  /** Notes that this connection's peer has taken some of it. */
  void moves(NettyLoopThread.Open connection) {
    Integer memoryBytes = waiting.remove(connection);
    if (memoryBytes != null) {
      waiting.put(connection, memoryBytes);
    }
  }

  /** Notes that nothing waits for this connection's peer any more. */
  void forget(NettyLoopThread.Open connection) {
    Integer memoryBytes = waiting.remove(connection);
    bytes -= memoryBytes == null ? 0 : memoryBytes;
  }
}
