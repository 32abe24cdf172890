package io.headrace.journal;

import java.util.Arrays;

/**
 * The size classes of slots: multiples of 8, and so close that rounding up costs a tenth, or 7
 * bytes, at most. Sizes count the slot's header.
 */
final class SlotSizes {
  /** The smallest slot, in bytes. */
  static final int SLOT_BYTES_MIN = 16;

  /** The largest slot, in bytes: a body of 64 KiB with its header. */
  static final int SLOT_BYTES_MAX = 64 * 1024 + 8;

  private static final int STEP_BYTES = 8;

  /** What rounding up may cost: one part of so many. */
  private static final int ROUNDING_PARTS = 10;

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
    int[] sizes = new int[Byte.MAX_VALUE];
    int count = 0;
    for (int size = SLOT_BYTES_MIN; size < SLOT_BYTES_MAX; size = after(size)) {
      sizes[count++] = size;
    }
    sizes[count++] = SLOT_BYTES_MAX;
    return Arrays.copyOf(sizes, count);
  }

  private static int after(int size) {
    int step = size / ROUNDING_PARTS / STEP_BYTES * STEP_BYTES;
    return size + Math.max(step, STEP_BYTES);
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
