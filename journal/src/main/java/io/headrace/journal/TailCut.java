package io.headrace.journal;

import java.io.IOException;

/**
 * Makes the log end where it is whole, so that no later start can take for part of it what this one
 * did not. Overwrites with zeros, from the end towards the cut: that needs no room, and a crash in
 * between leaves a tail that is torn like before.
 */
final class TailCut {
  private TailCut() {}

  static void cut(Disk disk, JournalFiles files, LogScan.End.Torn torn) throws IOException {
    for (int number : files.log().reversed()) {
      if (number >= torn.segment()) {
        clear(disk, FileNames.log(number), number == torn.segment() ? torn.cutFrom() : 0);
      }
    }
  }

  private static void clear(Disk disk, String name, long from) throws IOException {
    try (DiskFile file = disk.open(name)) {
      Zeros.fill(file, from, file.size());
      file.force();
    }
  }
}
