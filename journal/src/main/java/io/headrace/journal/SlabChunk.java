package io.headrace.journal;

import io.headrace.queue.Invariant;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A piece of memory outside the heap, cut into slots of one size class. Free slots form a list
 * through their own first four bytes, so that the list costs nothing.
 */
final class SlabChunk {
  /** Size of a chunk in bytes: seven slots of the largest class, 32,768 of the smallest. */
  static final int CHUNK_BYTES = 512 * 1024;

  private static final int NO_SLOT = -1;

  final int index;
  final ByteBuffer memory;

  /** The same memory, with a position and limit that only the loop's thread sets. */
  final ByteBuffer view;

  /** This chunk as a value that may be absent, made once. */
  final Optional<SlabChunk> some = Optional.of(this);

  private final Arena arena;

  /** Neighbours in the list of its class's chunks with room, or in the pool; self when alone. */
  SlabChunk before = this;

  SlabChunk after = this;

  private int sizeClass;
  private int slotBytes;
  private int firstFree = NO_SLOT;
  private int untouched;
  private int used;

  SlabChunk(int index) {
    this.index = index;
    arena = Arena.ofShared();
    memory = arena.allocate(CHUNK_BYTES, 64).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    view = memory.duplicate();
  }

  /** Cuts the empty chunk into slots of this class. */
  void cut(int sizeClass) {
    Invariant.check(used == 0, "only an empty chunk changes its class");
    this.sizeClass = sizeClass;
    slotBytes = SlotSizes.bytesOf(sizeClass);
    firstFree = NO_SLOT;
    untouched = 0;
  }

  int sizeClass() {
    return sizeClass;
  }

  boolean isFull() {
    return firstFree == NO_SLOT && untouched + slotBytes > CHUNK_BYTES;
  }

  boolean isEmpty() {
    return used == 0;
  }

  /** Returns the offset of a slot that was free. */
  int take() {
    Invariant.check(!isFull(), "a slot is taken from a chunk with room");
    used++;
    if (firstFree == NO_SLOT) {
      int offset = untouched;
      untouched += slotBytes;
      return offset;
    }
    int offset = firstFree;
    firstFree = memory.getInt(offset);
    return offset;
  }

  void giveBack(int offset) {
    Invariant.check(used > 0 && offset < untouched, "a slot is given back once");
    memory.putInt(offset, firstFree);
    firstFree = offset;
    used--;
  }

  /** Puts this chunk, alone so far, before {@code other} in its ring. */
  void linkBefore(SlabChunk other) {
    before = other.before;
    after = other;
    before.after = this;
    other.before = this;
  }

  /** Takes this chunk out of its ring. */
  void unlink() {
    before.after = after;
    after.before = before;
    before = this;
    after = this;
  }

  /** Gives the memory back to the system; again does nothing. */
  void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
