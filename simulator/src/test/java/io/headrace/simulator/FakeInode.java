package io.headrace.simulator;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** The bytes of one file: as programs see them, and as they are on the platter. */
final class FakeInode {
  static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;

  private byte[] live = new byte[PAGE_BYTES];
  private int liveBytes;
  private byte[] durable = new byte[0];

  /** Pages written since they were last forced. */
  private final BitSet dirty = new BitSet();

  /**
   * Pages whose force failed: Linux marks them clean, so that a second force returns without having
   * written them. Whether they reached the platter shows only after a crash.
   */
  private final BitSet doomed = new BitSet();

  /** Pages that take room on the disk. */
  private final BitSet allocated = new BitSet();

  int size() {
    return liveBytes;
  }

  long allocatedBytes() {
    return (long) allocated.cardinality() * PAGE_BYTES;
  }

  boolean isDirty() {
    return !dirty.isEmpty() || !doomed.isEmpty() || liveBytes != durable.length;
  }

  /** How many pages a write would newly allocate. */
  int pagesFor(int position, int bytes) {
    if (bytes == 0) {
      return 0;
    }
    int first = position / PAGE_BYTES;
    int end = (position + bytes - 1) / PAGE_BYTES + 1;
    return end - first - allocated.get(first, end).cardinality();
  }

  void write(byte[] from, int offset, int bytes, int position) {
    if (bytes == 0) {
      return;
    }
    int end = position + bytes;
    grow(end);
    System.arraycopy(from, offset, live, position, bytes);
    liveBytes = Math.max(liveBytes, end);
    int firstPage = position / PAGE_BYTES;
    int endPage = (end - 1) / PAGE_BYTES + 1;
    dirty.set(firstPage, endPage);
    allocated.set(firstPage, endPage);
  }

  private void grow(int bytes) {
    if (bytes > live.length) {
      live = Arrays.copyOf(live, Math.max(bytes, 2 * live.length));
    }
  }

  int read(byte[] to, int position) {
    int bytes = Math.max(0, Math.min(to.length, liveBytes - position));
    System.arraycopy(live, Math.min(position, liveBytes), to, 0, bytes);
    return bytes;
  }

  void truncate(int bytes) {
    grow(bytes);
    if (bytes < liveBytes) {
      Arrays.fill(live, bytes, liveBytes, (byte) 0);
      int endPage = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
      allocated.clear(endPage, Math.max(endPage, allocated.length()));
      dirty.set(bytes / PAGE_BYTES, liveBytes / PAGE_BYTES + 1);
    }
    liveBytes = bytes;
  }

  /** Makes what is not doomed durable. */
  void force() {
    byte[] forced = Arrays.copyOf(live, liveBytes);
    for (int page = doomed.nextSetBit(0); page >= 0; page = doomed.nextSetBit(page + 1)) {
      if (!dirty.get(page)) {
        restorePage(forced, page);
      }
    }
    doomed.andNot(dirty);
    dirty.clear();
    durable = forced;
  }

  private void restorePage(byte[] forced, int page) {
    int from = Math.min(page * PAGE_BYTES, forced.length);
    int end = Math.min(from + PAGE_BYTES, forced.length);
    Arrays.fill(forced, from, end, (byte) 0);
    int kept = Math.min(end, durable.length) - from;
    if (kept > 0) {
      System.arraycopy(durable, from, forced, from, kept);
    }
  }

  /** What a failed fsync leaves behind: pages that look clean and may never have been written. */
  void forceFailed() {
    doomed.or(dirty);
    dirty.clear();
  }

  /** The power fails: any subset of what was not forced is lost. */
  void crash(SplittableRandom random) {
    if (isDirty()) {
      int bytes = sizeAfterCrash(random);
      byte[] after = new byte[bytes];
      System.arraycopy(durable, 0, after, 0, Math.min(bytes, durable.length));
      BitSet unforced = (BitSet) dirty.clone();
      unforced.or(doomed);
      double kept = random.nextInt(4) / 3.0;
      for (int page = unforced.nextSetBit(0); page >= 0; page = unforced.nextSetBit(page + 1)) {
        if (random.nextDouble() < kept) {
          keepPage(after, page, random);
        }
      }
      durable = after;
    }
    live = Arrays.copyOf(durable, Math.max(durable.length, PAGE_BYTES));
    liveBytes = durable.length;
    int endPage = (liveBytes + PAGE_BYTES - 1) / PAGE_BYTES;
    allocated.clear(endPage, Math.max(endPage, allocated.length()));
    dirty.clear();
    doomed.clear();
  }

  /** A length is forced with the file; until then it may be the old one, the new, or between. */
  private int sizeAfterCrash(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> durable.length;
      case 1 -> liveBytes;
      default -> {
        int low = Math.min(durable.length, liveBytes);
        int high = Math.max(durable.length, liveBytes);
        int page = low / PAGE_BYTES + random.nextInt((high - low) / PAGE_BYTES + 1);
        yield Math.clamp((long) page * PAGE_BYTES, low, high);
      }
    };
  }

  /** A page is kept whole, or in some of its sectors. */
  private void keepPage(byte[] after, int page, SplittableRandom random) {
    boolean torn = random.nextInt(4) == 0;
    int end = Math.min((page + 1) * PAGE_BYTES, Math.min(after.length, liveBytes));
    for (int at = page * PAGE_BYTES; at < end; at += SECTOR_BYTES) {
      if (!torn || random.nextBoolean()) {
        System.arraycopy(live, at, after, at, Math.min(SECTOR_BYTES, end - at));
      }
    }
  }

  /** Turns bits over, in memory and on the platter. */
  void flip(int position, int mask) {
    live[position] ^= (byte) mask;
    if (position < durable.length) {
      durable[position] ^= (byte) mask;
    }
  }

  byte[] bytes() {
    return Arrays.copyOf(live, liveBytes);
  }

  /** A file of the same bytes, all of them forced. */
  FakeInode copy() {
    FakeInode copy = new FakeInode();
    copy.write(live, 0, liveBytes, 0);
    copy.force();
    return copy;
  }
}
