package io.headrace.server.beanstalk;

/** How often each command was accepted since the start, as {@code stats} shows it. */
// An array by ordinal rather than a map: it is counted for every command, and never stored.
@SuppressWarnings("EnumOrdinal")
final class Counters {
  private final long[] counts = new long[Verb.values().length];

  void count(Verb verb) {
    counts[verb.ordinal()]++;
  }

  long of(Verb verb) {
    return counts[verb.ordinal()];
  }
}
