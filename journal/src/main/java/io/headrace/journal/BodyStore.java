package io.headrace.journal;

import java.nio.ByteBuffer;

/**
 * Where the bytes of bodies lie: outside the heap, in slots of a few size classes, each behind its
 * place in the journal. Owned by the loop's thread, but for {@link #read} and {@link #write} of
 * bodies that nobody else touches meanwhile.
 */
public interface BodyStore extends AutoCloseable {
  /** What {@link #allocate} returns when the budget is reached. */
  long NONE = 0;

  /**
   * Returns a store in memory outside the heap.
   *
   * @param budgetBytes the most that may be in use, with what the size classes round up; chunks
   *     that are only partly used may cost some more
   * @param bodyBytesMax how long a body can be: room for two of them, between an eighth and half of
   *     the budget, is kept for bodies that come
   */
  static BodyStore offHeap(long budgetBytes, long bodyBytesMax) {
    return new SlabBodyStore(budgetBytes, bodyBytesMax);
  }

  /** Returns the reference of room for {@code bytes}, or {@link #NONE}. */
  long allocate(int bytes);

  /** As {@link #allocate}, whatever the budget; NONE only when the system has no memory. */
  long allocateAnyway(int bytes);

  /** Whether so much is in use that bodies should leave memory, so that puts find room. */
  boolean isCrowded();

  /**
   * Gives the memory of a body back that the journal has.
   *
   * @return the reference that names it from now on, see {@link io.headrace.queue.Body#isSpilled};
   *     only {@link #location}, {@link #free} and a {@link BodyRead} take it
   */
  long spill(long ref, int bytes);

  /** Gives back memory for which no body came, though the journal has it: tells nobody. */
  void drop(long ref, int bytes);

  /** Copies all that remains in {@code from} into the body at {@code offset}. */
  void write(long ref, int offset, ByteBuffer from);

  /** Copies {@code bytes} of the body from {@code offset} on into {@code to}, and advances it. */
  void read(long ref, int offset, int bytes, ByteBuffer to);

  /** Returns the CRC32C of the first {@code bytes} of the body. */
  int crc32c(long ref, int bytes);

  /** Where the journal has the body; 0 until {@link #locate} was called. */
  long location(long ref, int bytes);

  /** Says where the journal has the body. */
  void locate(long ref, int bytes, long location);

  /** Gives the room back. */
  void free(long ref, int bytes);

  /** Has {@code listener} told of each body with a location that is freed. The journal asks. */
  void whenFreed(FreedListener listener);

  /**
   * Gives some of the memory that a drained backlog has left back to the system. Called once a
   * second: what is left falls by half in eleven, or by 32 MiB in each where it is much, and a
   * backlog that comes again meanwhile needs no new memory.
   */
  void trim();

  /** Bytes in use, with what the size classes round up. */
  long usedBytes();

  /** The most that may be in use, in bytes. */
  long budgetBytes();

  @Override
  void close();

  /** Who counts the live bytes of each place in the journal. */
  interface FreedListener {
    /** A body that the journal has at {@code location} was freed. */
    void freed(long location, int bytes);
  }
}
