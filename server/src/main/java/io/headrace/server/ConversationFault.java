package io.headrace.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a bug of ours that ends one connection is told: one line, and the trace for who wants it. */
final class ConversationFault {
  private static final Logger LOG = LoggerFactory.getLogger(ConversationFault.class);

  private ConversationFault() {}

  static void log(String peer, RuntimeException fault) {
    StackTraceElement[] frames = fault.getStackTrace();
    LOG.warn(
        "{}: connection closed by a fault of this server: {} at {}. Please report it",
        peer,
        fault,
        frames.length == 0 ? "an unknown place" : frames[0]);
    LOG.debug("The fault", fault);
  }
}
