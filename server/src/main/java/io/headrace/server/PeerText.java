package io.headrace.server;

import io.headrace.queue.Limits;

/** A peer's address as the log keeps it. */
final class PeerText {
  private PeerText() {}

  /** The address in printable ASCII, cut where it is too long: paths of Unix sockets can be. */
  static String of(String peer) {
    var text = new StringBuilder(Math.min(peer.length(), Limits.PEER_CHARS_MAX));
    for (int i = 0; i < peer.length() && i < Limits.PEER_CHARS_MAX; i++) {
      char c = peer.charAt(i);
      text.append(c > ' ' && c < 0x7f ? c : '?');
    }
    return text.toString();
  }
}
