package io.headrace.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The disk space that the journal holds before it needs it: the next segments, and a file as large
 * as the next snapshot. While the file system gives no more, it is what deletes and the snapshot
 * that makes room live on.
 */
final class Reserve {
  /** Segments that are kept for a full disk. */
  static final int SEGMENTS_KEPT = 2;

  /** Segments prepared beside the one that is written: one to go on with, and those. */
  static final int SEGMENTS = SEGMENTS_KEPT + 1;

  /** This part of a segment holds a snapshot with few jobs: sessions, tubes, the first jobs. */
  private static final int SNAPSHOT_PART = 16;

  /** A segment of zeros. */
  record Spare(int number, DiskFile file, long bytes) {}

  private final Disk disk;
  private final Lane chores;
  private final Mailbox mailbox;
  private final JournalOptions options;
  private final ArrayDeque<Spare> ready = new ArrayDeque<>();
  private int nextNumber;
  private boolean preparing;

  /** Bytes that the first spare must have, where a batch needs more than a segment. */
  private long firstBytesWanted;

  private long snapshotBytes;
  private long snapshotBytesWanted;

  /** A snapshot is written into the file: it is not there to be made larger. */
  private boolean snapshotInUse;

  private boolean full;
  private boolean retryArmed;

  /** Whether the files may grow by a segment; asked before one is prepared. */
  private BooleanSupplier mayGrow = () -> true;

  /** A segment is missing and may not be prepared yet. */
  private boolean held;

  /** Counts how often it was tried again whether there is room. */
  private long tries;

  Reserve(Disk disk, Lane chores, Mailbox mailbox, JournalOptions options, int nextNumber) {
    this.disk = disk;
    this.chores = chores;
    this.mailbox = mailbox;
    this.options = options;
    this.nextNumber = nextNumber;
    snapshotBytesWanted = snapshotBytesMin();
  }

  /** Adds a spare that an earlier process has left. */
  void found(Spare spare) {
    ready.add(spare);
    nextNumber = Math.max(nextNumber, spare.number + 1);
  }

  /** An earlier process has left a file for the next snapshot. */
  void foundSnapshotFile(long bytes) {
    snapshotBytes = bytes;
  }

  /** Has this asked before a segment is prepared, for as long as the file system gives room. */
  void askBeforeGrowing(BooleanSupplier question) {
    mayGrow = question;
  }

  /** Whether a segment is missing that may not be prepared yet; {@link #tend} asks again. */
  boolean isHeld() {
    return held;
  }

  /** What may be appended while the space is as it is. */
  Room room() {
    if (!full) {
      return Room.ALL;
    }
    return ready.size() >= SEGMENTS_KEPT ? Room.NO_PUTS : Room.ENDS_ONLY;
  }

  /** The least room that is kept for a snapshot, in bytes. */
  long snapshotBytesMin() {
    return options.segmentBytes() / SNAPSHOT_PART;
  }

  /** What the next snapshot may take at most, in bytes. */
  long snapshotBytesWanted() {
    return snapshotBytesWanted;
  }

  /** Bytes that are not there yet of what the next snapshot may take at most. */
  long snapshotBytesLacking() {
    return Math.max(0, snapshotBytesWanted - snapshotBytes);
  }

  /** How often it was tried again whether there is room. */
  long tries() {
    return tries;
  }

  /** Whether the next snapshot has less room than it may take. */
  private boolean lacksSnapshotRoom() {
    return lacksSnapshotRoom(snapshotBytesWanted);
  }

  /** Whether the next snapshot has less room than this, in bytes. */
  boolean lacksSnapshotRoom(long bytes) {
    return !snapshotInUse && snapshotBytes < bytes;
  }

  /**
   * Whether the last spare is taken, and it has not come out yet whether there is room for another:
   * an entry that then finds no place keeps all behind it waiting, also those that would make room.
   */
  boolean isExhausted() {
    return ready.isEmpty() && !full;
  }

  boolean isFull() {
    return full;
  }

  /** Whether so much is used that a snapshot should make room. */
  boolean isHalfUsed() {
    return full && ready.size() < SEGMENTS_KEPT;
  }

  /** Bytes of all files it holds. */
  long fileBytes() {
    long bytes = snapshotBytes;
    for (Spare spare : ready) {
      bytes += spare.bytes;
    }
    return bytes;
  }

  /** Returns the next segment, if it is ready and has so many bytes; else it is made so. */
  Optional<Spare> take(long bytes) {
    Optional<Spare> first = Optional.ofNullable(ready.peek()).filter(s -> s.bytes >= bytes);
    if (first.isPresent()) {
      ready.remove();
      firstBytesWanted = 0;
    } else {
      firstBytesWanted = bytes;
    }
    tend();
    return first;
  }

  /** The table has grown: the next snapshot may take so many bytes. */
  void wantSnapshotBytes(long bytes) {
    snapshotBytesWanted = Math.max(bytes, snapshotBytesMin());
    tend();
  }

  /** A snapshot is being written: its file may be the one that is kept, which is left alone. */
  void snapshotBegins() {
    snapshotInUse = true;
  }

  /** The next snapshot has a file again, of so many bytes; 0 when there is none. */
  void snapshotEnded(long bytes) {
    snapshotInUse = false;
    snapshotBytes = bytes;
    tend();
  }

  /** Space was given back to the file system, or may have been. */
  void tryAgain() {
    retry();
  }

  /** A write or another file found the disk full. */
  void foundFull() {
    full = true;
    if (!retryArmed) {
      retryArmed = true;
      chores.later(
          options.retryFullNs(),
          () -> {
            retryArmed = false;
            retry();
          });
    }
  }

  /** The reserve counts as full until what is missing could be made. */
  private void retry() {
    tries++;
    if (full) {
      tendAnyway();
    }
  }

  /** Has what is missing made. */
  void tend() {
    if (!full) {
      tendAnyway();
    }
  }

  private void tendAnyway() {
    if (preparing) {
      return;
    }
    Spare first = ready.peek();
    held = !full && ready.size() < SEGMENTS && !mayGrow.getAsBoolean();
    if (full && lacksSnapshotRoom()) {
      // What comes free goes there first: without a snapshot no more would ever come.
      enlargeSnapshot();
    } else if (first != null && first.bytes < firstBytesWanted) {
      enlarge(first, firstBytesWanted);
    } else if (ready.size() < SEGMENTS && !held) {
      prepare(nextNumber, Math.max(options.segmentBytes(), first == null ? firstBytesWanted : 0));
    } else if (lacksSnapshotRoom()) {
      enlargeSnapshot();
    } else {
      full = false;
    }
  }

  private void prepare(int number, long bytes) {
    String name = FileNames.log(number);
    start(
        "preparing " + name,
        () -> {
          DiskFile file = Zeros.create(disk, name, bytes);
          return () -> {
            ready.add(new Spare(number, file, bytes));
            nextNumber = number + 1;
          };
        });
  }

  private void enlarge(Spare spare, long bytes) {
    start(
        "making room in " + FileNames.log(spare.number),
        () -> {
          Zeros.extend(spare.file, bytes);
          return () -> {
            ready.remove();
            ready.addFirst(new Spare(spare.number, spare.file, bytes));
          };
        });
  }

  /** Makes it larger by a segment at most: the segments themselves may be wanted meanwhile. */
  private void enlargeSnapshot() {
    long bytes = Math.min(snapshotBytesWanted, snapshotBytes + options.segmentBytes());
    boolean there = snapshotBytes > 0;
    start(
        "making room for the next snapshot",
        () -> {
          if (there) {
            try (DiskFile file = disk.open(FileNames.SPARE_SNAPSHOT)) {
              Zeros.extend(file, bytes);
            }
          } else {
            Zeros.create(disk, FileNames.SPARE_SNAPSHOT, bytes).close();
          }
          return () -> snapshotBytes = Math.max(snapshotBytes, bytes);
        });
  }

  /** Work that ends with what the loop shall do then. */
  private interface Making {
    Runnable make() throws IOException;
  }

  private void start(String what, Making making) {
    preparing = true;
    chores.run(
        what,
        () -> {
          try {
            Runnable made = making.make();
            mailbox.post(() -> {
              preparing = false;
              made.run();
              tendAnyway();
            });
          } catch (DiskFullException e) {
            mailbox.post(() -> {
              preparing = false;
              foundFull();
            });
          }
        });
  }

  /** Whether something is being made. */
  boolean isBusy() {
    return preparing;
  }

  void close() throws IOException {
    for (Spare spare : ready) {
      spare.file.close();
    }
  }
}
