package io.headrace.cli.capture;

import io.headrace.client.ServerAddress;
import io.headrace.server.captures.Speaker;
import java.net.Inet4Address;
import java.net.InetAddress;

/** One end of a connection, as a packet names it. */
record Endpoint(InetAddress address, int port) {
  private static final int CLIENT_PORT_MIN = 1024;
  private static final int CLIENT_PORTS = 60_000;

  /** Both ends; what is not known, as on a Unix socket, is made up. */
  record Pair(Endpoint client, Endpoint server) {}

  static Pair of(Speaker speaker) {
    var loopback = InetAddress.ofLiteral("127.0.0.1");
    int anyPort = CLIENT_PORT_MIN + Math.floorMod(speaker.connection(), CLIENT_PORTS);
    var client = read(speaker.peer(), new Endpoint(loopback, anyPort));
    var server = read(speaker.local(), new Endpoint(loopback, ServerAddress.PORT_DEFAULT));
    // Who listens on every address was reached by one that nobody has noted; packets of one
    // connection are of one family.
    boolean v4 = client.address() instanceof Inet4Address;
    boolean same = server.address() instanceof Inet4Address == v4;
    if (!same || server.address().isAnyLocalAddress()) {
      server = new Endpoint(v4 ? loopback : InetAddress.ofLiteral("::1"), server.port());
    }
    return new Pair(client, server);
  }

  private static Endpoint read(String address, Endpoint otherwise) {
    try {
      return switch (ServerAddress.parse(address)) {
        case ServerAddress.Tcp(var host, var port) ->
            new Endpoint(InetAddress.ofLiteral(host.replaceAll("%.*", "")), port);
        case ServerAddress.Tls _, ServerAddress.Unix _ -> otherwise;
      };
    } catch (IllegalArgumentException e) {
      return otherwise;
    }
  }
}
