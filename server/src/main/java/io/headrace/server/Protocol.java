package io.headrace.server;

/** Opens conversations on connections: what a listener is given. */
public interface Protocol {
  /** Returns the conversation of a new connection. Called on the loop's thread. */
  Conversation open(Wire wire);
}
