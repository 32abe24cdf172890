package io.headrace.queue;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Things by a small number of their own; the lowest free one is given next. */
final class Slots<T> {
  private @Nullable Object[] things = new Object[16];
  private final BitSet taken = new BitSet();
  private int size;

  /** All below are taken. */
  private int freeFrom;

  /** The lowest number that is free. */
  int free() {
    freeFrom = taken.nextClearBit(freeFrom);
    return freeFrom;
  }

  /** How many are taken. */
  int size() {
    return size;
  }

  /** One more than the highest number that is taken. */
  int limit() {
    return taken.length();
  }

  boolean isTaken(int slot) {
    return taken.get(slot);
  }

  @SuppressWarnings("unchecked")
  T get(int slot) {
    var thing = things[slot];
    if (thing == null) {
      throw new AssertionError("slot " + slot + " is taken");
    }
    return (T) thing;
  }

  void set(int slot, T thing) {
    Invariant.check(!taken.get(slot), "a slot is taken once");
    if (slot >= things.length) {
      things = Arrays.copyOf(things, Math.max(slot + 1, things.length * 2));
    }
    things[slot] = thing;
    taken.set(slot);
    size++;
  }

  void clear(int slot) {
    things[slot] = null;
    taken.clear(slot);
    size--;
    freeFrom = Math.min(freeFrom, slot);
  }
}
