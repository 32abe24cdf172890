package io.headrace.client;

/** Where the client tells people what they should know. */
final class ClientLog {
  static final System.Logger LOG = System.getLogger("io.headrace.client");

  private ClientLog() {}
}
