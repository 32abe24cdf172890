package io.headrace.server;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** Socket addresses as a person reads them, and as {@link ListenAddress#parse} takes them. */
final class AddressText {
  private static final DomainSocketAddress NAMELESS = new DomainSocketAddress("(no path)");

  private AddressText() {}

  /** The path that a Unix socket is bound to. */
  static DomainSocketAddress unix(Socket socket) {
    return Objects.requireNonNullElse(socket.localDomainSocketAddress(), NAMELESS);
  }

  static String of(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress ip when !ip.isUnresolved() ->
          new ListenAddress.Tcp(ip.getAddress().getHostAddress(), ip.getPort()).toString();
      case DomainSocketAddress unix -> ListenAddress.UNIX_PREFIX + unix.path();
      default -> address.toString();
    };
  }
}
