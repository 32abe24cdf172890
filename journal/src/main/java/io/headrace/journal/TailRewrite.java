package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes the end of a log segment once more, as it is read, and forces it. A force alone is not
 * enough where an earlier process had one that failed: the system then takes the pages for clean,
 * gives them out from its memory and never writes them (Rebello et al., "Can Applications Recover
 * from fsync Failures?", USENIX ATC 2020).
 */
final class TailRewrite {
  private TailRewrite() {}

  /**
   * Rewrites the batches that nothing says were forced.
   *
   * @param known the highest index that is known to be forced
   */
  static void rewrite(Disk disk, LogScan.Scanned segment, long known) throws IOException {
    String name = FileNames.log(segment.number());
    long from = firstUnknown(disk, name, segment.number(), known);
    DiskFile file = disk.open(name);
    try (FileWindow window = new FileWindow(name, file, FileWindow.WINDOW_BYTES)) {
      copy(window, file, from, segment.end());
      file.force();
    }
  }

  /** Where the first batch with a later entry begins; the header goes with the first batch. */
  private static long firstUnknown(Disk disk, String name, int number, long known)
      throws IOException {
    long from = 0;
    try (SegmentReader reader = new SegmentReader(disk.open(name), number)) {
      while (reader.next(0) == SegmentReader.Found.BATCH && reader.header.lastIndex() <= known) {
        from = reader.position();
      }
    }
    return from;
  }

  private static void copy(FileWindow window, DiskFile file, long from, long to)
      throws IOException {
    try {
      for (long at = from; at < to; ) {
        ByteBuffer piece = window.piece(at, to - at);
        int bytes = piece.remaining();
        file.write(piece, at);
        at += bytes;
      }
    } catch (DiskFullException e) {
      // Where a file system needs room even for that, a start on a full disk has to do without.
    }
  }
}
