package io.headrace.queue;

/** What this process has on its heap. */
final class UsedHeap {
  /** The serial collector leaves some garbage where it lies, but for each fourth time. */
  private static final int COLLECTIONS = 4;

  private UsedHeap() {}

  /** After what nobody refers to was collected. */
  static long bytes() {
    for (var i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
