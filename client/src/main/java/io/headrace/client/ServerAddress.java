package io.headrace.client;

import java.nio.file.Path;

/**
 * Where a server listens: {@code host:port}, {@code [ipv6]:port}, either with {@code tls:} before
 * it, or {@code unix:path}.
 */
public sealed interface ServerAddress {
  /** The port of beanstalkd. */
  int PORT_DEFAULT = 11300;

  /** A TCP port of a host, by name or number. */
  record Tcp(String host, int port) implements ServerAddress {
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** A TCP port where TLS is spoken. The certificate must be for this host. */
  record Tls(Tcp tcp) implements ServerAddress {
    @Override
    public String toString() {
      return "tls:" + tcp;
    }
  }

  /** A Unix socket in the file system. */
  record Unix(Path path) implements ServerAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * Reads an address. A host without a port has {@link #PORT_DEFAULT}; a port alone is on this
   * machine.
   *
   * @throws IllegalArgumentException when it is none, with a message for the person who wrote it
   */
  static ServerAddress parse(String text) {
    if (text.startsWith("unix:")) {
      var path = text.substring("unix:".length());
      if (path.isEmpty()) {
        throw new IllegalArgumentException("'" + text + "' names no socket; write unix:/path");
      }
      return new Unix(Path.of(path));
    }
    if (text.startsWith("tls:")) {
      if (parse(text.substring("tls:".length())) instanceof Tcp tcp) {
        return new Tls(tcp);
      }
      throw new IllegalArgumentException("'" + text + "' is no address; write tls:host:port");
    }
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0) {
        throw new IllegalArgumentException("'" + text + "' lacks a ']' after the IPv6 address");
      }
      var rest = text.substring(end + 1);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw new IllegalArgumentException("'" + text + "' is no address; write [ipv6]:port");
      }
      return new Tcp(
          text.substring(1, end), rest.isEmpty() ? PORT_DEFAULT : port(text, rest.substring(1)));
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      return isNumber(text)
          ? new Tcp("127.0.0.1", port(text, text))
          : new Tcp(host(text, text), PORT_DEFAULT);
    }
    if (text.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address; write an IPv6 address as [ipv6]:port");
    }
    return new Tcp(host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
  }

  private static String host(String text, String host) {
    if (host.isBlank() || host.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address; write host:port or unix:/path");
    }
    return host;
  }

  private static int port(String text, String port) {
    if (!isNumber(port) || port.length() > 5 || Integer.parseInt(port) > 65535) {
      throw new IllegalArgumentException("'" + text + "': '" + port + "' is no port (0 to 65535)");
    }
    return Integer.parseInt(port);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
