package io.headrace.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The files found in a journal's directory, by kind, each list in ascending order.
 *
 * @param log numbers of log segments
 * @param bodies numbers of segments of bodies
 * @param snapshots indexes of snapshots
 * @param unfinished names of files that mean nothing after a crash
 * @param hasSpareSnapshot whether there is room kept for the next snapshot
 */
record JournalFiles(
    List<Integer> log,
    List<Integer> bodies,
    List<Long> snapshots,
    List<String> unfinished,
    boolean hasSpareSnapshot) {

  static JournalFiles list(Disk disk) throws IOException {
    List<Integer> log = new ArrayList<>();
    List<Integer> bodies = new ArrayList<>();
    List<Long> snapshots = new ArrayList<>();
    List<String> unfinished = new ArrayList<>();
    boolean spare = false;
    for (String name : disk.list()) {
      OptionalLong logNumber = FileNames.logNumber(name);
      OptionalLong bodiesNumber = FileNames.bodiesNumber(name);
      OptionalLong snapshot = FileNames.snapshotIndex(name);
      logNumber.ifPresent(number -> log.add((int) number));
      bodiesNumber.ifPresent(number -> bodies.add((int) number));
      snapshot.ifPresent(snapshots::add);
      if (name.endsWith(FileNames.UNFINISHED)) {
        unfinished.add(name);
      }
      spare |= name.equals(FileNames.SPARE_SNAPSHOT);
    }
    log.sort(Integer::compare);
    bodies.sort(Integer::compare);
    snapshots.sort(Long::compare);
    return new JournalFiles(log, bodies, snapshots, unfinished, spare);
  }

  /** The highest index that a snapshot's name says is forced; 0 without one. */
  long forcedBySnapshot() {
    return snapshots.isEmpty() ? 0 : snapshots.getLast();
  }
}
