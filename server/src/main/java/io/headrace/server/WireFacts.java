package io.headrace.server;

import java.util.Optional;

/**
 * What is known of a connection below its protocol.
 *
 * @param inBytes bytes that came; {@code outBytes} those that its kernel took
 * @param waitingBytes bytes of replies that wait, since the peer takes none
 * @param inputEnded whether the peer has ended its side
 * @param tcp what the kernel tells; empty for a Unix socket, and without epoll
 */
public record WireFacts(
    long inBytes, long outBytes, int waitingBytes, boolean inputEnded, Optional<TcpFacts> tcp) {
  /** Of a connection that nothing is known of. */
  public static final WireFacts NONE = new WireFacts(0, 0, 0, false, Optional.empty());
}
