package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Fills files with zeros, so that their blocks are there before they are needed: a later write can
 * neither find the disk full nor change the file's length, which halves the time of its force.
 */
final class Zeros {
  private static final int PIECE_BYTES = 256 << 10;

  private Zeros() {}

  /** Writes zeros from one position to another; the last piece is not forced. */
  static void fill(DiskFile target, long from, long to) throws IOException {
    PacedFile file = new PacedFile(target);
    ByteBuffer zeros =
        ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, Math.max(to - from, 0)));
    long at = from;
    while (at < to) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      int bytes = zeros.remaining();
      file.write(zeros, at);
      at += bytes;
    }
  }

  /** Creates a file of zeros and forces it and its name; nothing is left when the disk is full. */
  static DiskFile create(Disk disk, String name, long bytes) throws IOException {
    String unfinished = name + FileNames.UNFINISHED;
    DiskFile file = disk.create(unfinished);
    try {
      fill(file, 0, bytes);
      file.force();
    } catch (DiskFullException e) {
      file.close();
      disk.delete(unfinished);
      throw e;
    }
    disk.rename(unfinished, name);
    disk.forceDirectory();
    return file;
  }

  /**
   * Makes a file at least this long and forces it; its length is as before when the disk is full.
   */
  static void extend(DiskFile file, long bytes) throws IOException {
    long before = file.size();
    try {
      fill(file, before, bytes);
      file.force();
    } catch (DiskFullException e) {
      file.truncate(before);
      throw e;
    }
  }
}
