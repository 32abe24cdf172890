package io.headrace.server;

/** Opens conversations on connections: what a listener is given. */
public interface Protocol {
  /** Returns the conversation of a new connection. Called on the loop's thread. */
  Conversation open(Wire wire);

  /**
   * Returns what a peer is told for whom there is no place: bytes that its next read may take for a
   * reply. It is closed then. Nothing unless a protocol has a word for it.
   */
  default byte[] noPlace() {
    return new byte[0];
  }
}
