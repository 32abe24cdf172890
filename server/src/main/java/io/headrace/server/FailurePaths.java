package io.headrace.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.TimeZone;

/**
 * What is needed to tell of a failure, loaded while there is none. When the process has no
 * descriptor left, a class or a table that is first read then stays broken for good: so a log line
 * that needed the time zones has ended an event loop.
 */
final class FailurePaths {
  private FailurePaths() {}

  /** Loads it. What stays to be loaded comes from files that the JVM keeps open. */
  static void load() {
    Instant now = Instant.now();
    var _ = ZoneId.systemDefault().getRules().getOffset(now);
    var _ = TimeZone.getDefault().getOffset(now.toEpochMilli());
    for (ServerEnd end : List.of(new ServerEnd.Stopped(), new ServerEnd.Failed(0, ""))) {
      var _ = end.toString();
    }
    var _ = AcceptFailure.of(new IOException());
    var _ = Connections.Refused.ADDRESS;
    rehearseRefusal();
  }

  /**
   * A switch over types is linked when it is first run: tens of milliseconds of the loop's time.
   */
  private static void rehearseRefusal() {
    var connections = new Connections(new ConnectionOptions(1));
    var entrance = new Connections.Entrance();
    var peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    for (int i = 0; i < 2; i++) {
      var _ = connections.admit(peer, entrance);
    }
  }
}
