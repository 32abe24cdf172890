package io.headrace.server;

import io.headrace.queue.Command;
import io.headrace.queue.Invariant;
import java.util.Arrays;

/**
 * What was submitted and is not applied yet, oldest first: commands that wait for their entry to be
 * safe, and queries that wait for those before them. Parallel arrays, so that nothing is allocated
 * for a request.
 */
final class PendingRing {
  private static final Query NO_QUERY = new Query.Stats();
  private static final Command NO_COMMAND = new Command.Tick();

  private Command[] commands;
  private Query[] queries;
  private Session[] sessions;
  private long[] indexes;
  private long[] stampsNs;
  private int mask;
  private long head;
  private long tail;
  private final Session nobody;

  /**
   * @param places how many requests it holds before it grows; a power of two
   */
  PendingRing(int places, Session nobody) {
    Invariant.check(Integer.bitCount(places) == 1, "a ring has a power of two of places");
    this.nobody = nobody;
    mask = places - 1;
    commands = new Command[places];
    queries = new Query[places];
    sessions = new Session[places];
    Arrays.fill(commands, NO_COMMAND);
    Arrays.fill(queries, NO_QUERY);
    Arrays.fill(sessions, nobody);
    indexes = new long[places];
    stampsNs = new long[places];
  }

  int size() {
    return (int) (tail - head);
  }

  boolean isEmpty() {
    return head == tail;
  }

  void add(Session by, long index, long stampNs, Command command) {
    int at = place(by, index, stampNs);
    commands[at] = command;
  }

  void add(Session by, long stampNs, Query query) {
    int at = place(by, 0, stampNs);
    queries[at] = query;
  }

  private int place(Session by, long index, long stampNs) {
    if (size() > mask) {
      grow();
    }
    int at = (int) tail++ & mask;
    sessions[at] = by;
    indexes[at] = index;
    stampsNs[at] = stampNs;
    return at;
  }

  /** The log's index of the oldest request; 0 when it is a query. */
  long index() {
    return indexes[(int) head & mask];
  }

  long stampNs() {
    return stampsNs[(int) head & mask];
  }

  Session session() {
    return sessions[(int) head & mask];
  }

  Command command() {
    return commands[(int) head & mask];
  }

  Query query() {
    return queries[(int) head & mask];
  }

  /** Forgets the oldest request. */
  void remove() {
    int at = (int) head++ & mask;
    commands[at] = NO_COMMAND;
    queries[at] = NO_QUERY;
    sessions[at] = nobody;
  }

  private void grow() {
    int places = mask + 1;
    commands = unrolled(commands, NO_COMMAND);
    queries = unrolled(queries, NO_QUERY);
    sessions = unrolled(sessions, nobody);
    indexes = unrolled(indexes);
    stampsNs = unrolled(stampsNs);
    head = 0;
    tail = places;
    mask = 2 * places - 1;
  }

  private <T> T[] unrolled(T[] ring, T empty) {
    int first = (int) head & mask;
    T[] grown = Arrays.copyOf(ring, 2 * ring.length);
    System.arraycopy(ring, first, grown, 0, ring.length - first);
    System.arraycopy(ring, 0, grown, ring.length - first, first);
    Arrays.fill(grown, ring.length, grown.length, empty);
    return grown;
  }

  private long[] unrolled(long[] ring) {
    int first = (int) head & mask;
    long[] grown = new long[2 * ring.length];
    System.arraycopy(ring, first, grown, 0, ring.length - first);
    System.arraycopy(ring, 0, grown, ring.length - first, first);
    return grown;
  }
}
