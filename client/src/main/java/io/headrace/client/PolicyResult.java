package io.headrace.client;

/** What became of policies that were to be set. */
public sealed interface PolicyResult {
  /** They hold. */
  record Done() implements PolicyResult {}

  /** Nothing was changed; the reason says which word is wrong and what would be right. */
  record Bad(String reason) implements PolicyResult {}

  /** Nothing was changed: the server has no room for another tube. */
  record OutOfMemory() implements PolicyResult {}
}
