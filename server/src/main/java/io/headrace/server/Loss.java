package io.headrace.server;

import io.headrace.queue.SessionEnd;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** How a connection was lost, as far as its socket knows. */
public enum Loss {
  /** It was closed from here; the peer may have ended its side before. */
  CLOSED,
  /** The peer, or the system in its name, broke it off. */
  RESET,
  /** The network lost the peer: what was sent, or asked by keep-alive, is not acknowledged. */
  UNREACHABLE;

  /** Of Linux, errno(3): ENETUNREACH, ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH. */
  private static final Set<Integer> NETWORK_ERRORS = Set.of(101, 110, 112, 113);

  /** What the JDK has of them: the text alone. */
  private static final Set<String> NETWORK_MESSAGES =
      Set.of("Network is unreachable", "Connection timed out", "Host is down", "No route to host");

  /** What an error of a socket says of its peer. */
  static Loss of(Exception reason) {
    return switch (reason) {
      case UncheckedIOException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case Errors.NativeIoException ours ->
          NETWORK_ERRORS.contains(Math.abs(ours.expectedErr())) ? UNREACHABLE : RESET;
      case IOException other ->
          NETWORK_MESSAGES.contains(String.valueOf(other.getMessage())) ? UNREACHABLE : RESET;
      default -> RESET;
    };
  }

  /**
   * What it says of a client that has not said {@code quit}.
   *
   * @param inputEnded whether the client had ended its side before
   */
  public SessionEnd end(boolean inputEnded) {
    return switch (this) {
      case UNREACHABLE -> SessionEnd.UNREACHABLE;
      case RESET -> SessionEnd.DIED;
      case CLOSED -> inputEnded ? SessionEnd.DIED : SessionEnd.CLOSED;
    };
  }
}
