package io.headrace.journal;

import io.headrace.queue.Invariant;

/**
 * The size classes of slots: four a doubling, so that rounding up costs at most a quarter. Sizes
 * count the slot's header and are multiples of 8.
 */
final class SlotSizes {
  /** The smallest slot, in bytes. */
  static final int SLOT_BYTES_MIN = 16;

  /** The largest slot, in bytes: a body of 64 KiB with its header just passes the class below. */
  static final int SLOT_BYTES_MAX = 80 * 1024;

  private static final int STEP_BYTES = 8;

  private static final int[] SIZES = sizes();

  /** The class of a slot of {@code 8 * index} bytes. */
  private static final byte[] CLASS_OF_STEP = classes();

  private SlotSizes() {}

  static int count() {
    return SIZES.length;
  }

  static int bytesOf(int sizeClass) {
    return SIZES[sizeClass];
  }

  /** Returns the smallest class whose slots hold this many bytes, header counted. */
  static int classOf(int bytes) {
    return CLASS_OF_STEP[(bytes + STEP_BYTES - 1) / STEP_BYTES];
  }

  private static int[] sizes() {
    int[] sizes = new int[64];
    int count = 0;
    int size = SLOT_BYTES_MIN;
    while (size <= SLOT_BYTES_MAX) {
      sizes[count++] = size;
      int quarter = Integer.highestOneBit(size) / 4;
      size += Math.max(quarter, STEP_BYTES);
    }
    Invariant.check(sizes[count - 1] == SLOT_BYTES_MAX, "the largest slot is a class");
    return java.util.Arrays.copyOf(sizes, count);
  }

  private static byte[] classes() {
    byte[] classes = new byte[SLOT_BYTES_MAX / STEP_BYTES + 1];
    int sizeClass = 0;
    for (int step = 0; step < classes.length; step++) {
      if (step * STEP_BYTES > SIZES[sizeClass]) {
        sizeClass++;
      }
      classes[step] = (byte) sizeClass;
    }
    return classes;
  }
}
