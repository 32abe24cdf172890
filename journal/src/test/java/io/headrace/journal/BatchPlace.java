package io.headrace.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a batch lies in the log, so that a test can lose it. */
record BatchPlace(int segment, long offset, long length, long firstIndex, int entries) {
  /** All batches of a log, in order, up to the first damage of each segment. */
  static List<BatchPlace> all(Disk disk) throws IOException {
    List<BatchPlace> places = new ArrayList<>();
    for (int number : JournalFiles.list(disk).log()) {
      try (SegmentReader reader = new SegmentReader(disk.open(FileNames.log(number)), number)) {
        long at = reader.position();
        while (!reader.isUnused() && reader.next(0) == SegmentReader.Found.BATCH) {
          BatchHeader header = reader.header;
          places.add(
              new BatchPlace(number, at, header.length(), header.firstIndex, header.entries));
          at = reader.position();
        }
      }
    }
    return places;
  }

  long lastIndex() {
    return firstIndex + entries - 1;
  }

  /** Loses it: its bytes are zero, as if they had never been written. */
  void lose(MemoryDisk disk) {
    Arrays.fill(
        disk.bytes(FileNames.log(segment)), (int) offset, (int) (offset + length), (byte) 0);
  }

  /** Loses all batches that end at or after an index, and the segments that held only such. */
  static void loseFrom(MemoryDisk disk, long index) throws IOException {
    List<BatchPlace> places = all(disk);
    for (BatchPlace place : places) {
      if (place.lastIndex() >= index) {
        place.lose(disk);
        if (place.offset == SegmentHeader.BYTES) {
          Arrays.fill(disk.bytes(FileNames.log(place.segment)), (byte) 0);
        }
      }
    }
  }
}
