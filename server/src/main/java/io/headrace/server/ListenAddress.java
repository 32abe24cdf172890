package io.headrace.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where a listener waits for connections, as it is written in a configuration. */
public sealed interface ListenAddress {
  /** The port of beanstalkd. */
  int DEFAULT_PORT = 11_300;

  /** The longest path of a Unix socket in bytes, see unix(7): 108 with the NUL that ends it. */
  int UNIX_PATH_MAX_BYTES = 107;

  /** What a Unix socket's address starts with. */
  String UNIX_PREFIX = "unix:";

  /** What an address with TLS starts with. */
  String TLS_PREFIX = "tls:";

  /**
   * A TCP address.
   *
   * @param host a name or an address, without brackets; empty for every address of this machine,
   *     IPv4 and IPv6
   * @param port 0 to 65535; 0 lets the system choose
   */
  record Tcp(String host, int port) implements ListenAddress {
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** A TCP address where TLS is spoken. */
  record Tls(Tcp tcp) implements ListenAddress {
    @Override
    public String toString() {
      return TLS_PREFIX + tcp;
    }
  }

  /** A Unix socket, a file of its own. */
  record Unix(Path path) implements ListenAddress {
    @Override
    public String toString() {
      return UNIX_PREFIX + path;
    }
  }

  /** A socket that listens already, handed over as this descriptor by whoever started us. */
  record Inherited(int descriptor) implements ListenAddress {
    @Override
    public String toString() {
      return "descriptor " + descriptor;
    }
  }

  /**
   * Reads {@code host:port}, {@code [v6]:port}, {@code :port}, a bare port, a bare host (which gets
   * the default port), each of them with {@code tls:} before it, or {@code unix:/path}.
   *
   * @throws ListenException when the text is none of these
   */
  static ListenAddress parse(String text) {
    return parse(text, DEFAULT_PORT);
  }

  /** Like {@link #parse(String)} with another default port. */
  static ListenAddress parse(String text, int defaultPort) {
    if (text.startsWith(UNIX_PREFIX)) {
      return parseUnix(text);
    }
    if (text.startsWith(TLS_PREFIX)) {
      if (parse(text.substring(TLS_PREFIX.length()), defaultPort) instanceof Tcp tcp) {
        return new Tls(tcp);
      }
      throw malformed(text, "behind 'tls:' there must be a TCP address; a Unix socket needs none");
    }
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0) {
        throw malformed(text, "']' is missing");
      }
      return tcp(text, text.substring(1, end), text.substring(end + 1), defaultPort);
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new Tcp("", port(text, text));
    }
    boolean bareV6 = colon != text.indexOf(':');
    if (colon < 0 || bareV6) {
      return tcp(text, text, "", defaultPort);
    }
    return tcp(text, text.substring(0, colon), text.substring(colon), defaultPort);
  }

  private static ListenAddress parseUnix(String text) {
    String path = text.substring(UNIX_PREFIX.length());
    if (path.isEmpty()) {
      throw malformed(text, "the path is missing");
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > UNIX_PATH_MAX_BYTES) {
      throw malformed(
          text, "the path is longer than the " + UNIX_PATH_MAX_BYTES + " bytes a socket may have");
    }
    try {
      return new Unix(Path.of(path));
    } catch (InvalidPathException e) {
      throw malformed(text, e.getReason());
    }
  }

  private static Tcp tcp(String text, String host, String colonAndPort, int defaultPort) {
    if (host.isEmpty() && colonAndPort.isEmpty()) {
      throw malformed(text, "there is neither host nor port");
    }
    if (colonAndPort.isEmpty()) {
      return new Tcp(host, defaultPort);
    }
    if (!colonAndPort.startsWith(":")) {
      throw malformed(text, "':' and a port must follow the host");
    }
    return new Tcp(host, port(text, colonAndPort.substring(1)));
  }

  private static int port(String text, String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
        || Integer.parseInt(digits) > 65_535) {
      throw malformed(text, "the port must be 0 to 65535, not '" + digits + "'");
    }
    return Integer.parseInt(digits);
  }

  private static ListenException malformed(String text, String why) {
    return new ListenException(
        "listen address '"
            + text
            + "': "
            + why
            + ". Write host:port, [ipv6]:port, :port, tls:host:port or unix:/path");
  }
}
