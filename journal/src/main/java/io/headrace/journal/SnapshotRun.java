package io.headrace.journal;

import io.headrace.queue.Invariant;
import io.headrace.queue.MachineSnapshot;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SnapshotSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * One snapshot, from its file to its name. The loop walks the machine in slices; the journal's
 * thread writes; when all is written and the log forced up to the snapshot's index, it is forced,
 * renamed, and its directory forced.
 */
final class SnapshotRun implements SnapshotSink {
  /** Places of the job table visited between two looks at the clock. */
  private static final int STEP_JOBS = 64;

  /** How far it is. */
  enum Phase {
    /** The files are being opened. */
    OPENING,
    /** They are open; the walk may begin. */
    OPEN,
    WALKING,
    /** Everything was handed over; the log must be forced up to the index. */
    WALKED,
    /** The journal's thread gives it its name. */
    FINISHING,
    DONE,
    /** The disk was full, or too much changed during the walk. */
    ABANDONED
  }

  private final Disk disk;
  private final Lane chores;
  private final Mailbox mailbox;
  private final BodyStore bodies;
  private final Ledger ledger;
  private final long ownBytes;
  private final List<Segment> victims;
  private final BufferPool pool = new BufferPool();
  private final Optional<Segment> target;
  private Phase phase = Phase.OPENING;
  private String fileName = FileNames.SPARE_SNAPSHOT;
  private boolean diskFull;
  private boolean headTaken;
  private long index;
  private long bytes;
  private Optional<DiskFile> snapshotFile = Optional.empty();
  private Optional<DiskFile> bodiesFile = Optional.empty();
  private Optional<SnapshotWriter> writer = Optional.empty();
  private Optional<BodyCopies> copies = Optional.empty();
  private Optional<MachineSnapshot> walk = Optional.empty();

  /**
   * Has the files opened.
   *
   * @param ownBytes what it may take in a file of its own, where the disk has room for one; else it
   *     is written into the one that is kept
   * @param victims log segments whose live bodies are copied forward
   * @param bodiesNumber the number of the segment they are copied to
   */
  SnapshotRun(
      Disk disk,
      Lane chores,
      Mailbox mailbox,
      BodyStore bodies,
      Ledger ledger,
      long ownBytes,
      List<Segment> victims,
      int bodiesNumber) {
    this.disk = disk;
    this.chores = chores;
    this.mailbox = mailbox;
    this.bodies = bodies;
    this.ledger = ledger;
    this.ownBytes = ownBytes;
    this.victims = victims;
    long live = victims.stream().mapToLong(victim -> victim.liveBytes).sum();
    target =
        live == 0
            ? Optional.empty()
            : Optional.of(new Segment(true, bodiesNumber, SegmentHeader.BYTES + live));
    chores.run("opening the file of a snapshot", this::open);
  }

  private void open() throws IOException {
    Optional<DiskFile> own = own();
    DiskFile snapshot;
    try {
      snapshot = own.isPresent() ? own.get() : kept();
    } catch (DiskFullException e) {
      mailbox.post(() -> {
        diskFull = true;
        phase = Phase.ABANDONED;
      });
      return;
    }
    Optional<DiskFile> copied = Optional.empty();
    if (target.isPresent()) {
      try {
        copied = Optional.of(Zeros.create(disk, target.get().name, target.get().fileBytes));
      } catch (DiskFullException e) {
        // The snapshot itself has its room; the segments stay this time.
      }
    }
    Optional<DiskFile> opened = copied;
    mailbox.post(() -> opened(new PacedFile(snapshot), own.isPresent(), opened));
  }

  /** Makes a file for it, unless that would leave others no room. */
  private Optional<DiskFile> own() throws IOException {
    if (ownBytes == 0 || disk.freeBytes() / 2 < ownBytes) {
      return Optional.empty();
    }
    try {
      return Optional.of(disk.create(FileNames.NEXT_SNAPSHOT));
    } catch (DiskFullException e) {
      return Optional.empty();
    }
  }

  private DiskFile kept() throws IOException {
    boolean there = disk.list().contains(FileNames.SPARE_SNAPSHOT);
    return there ? disk.open(FileNames.SPARE_SNAPSHOT) : disk.create(FileNames.SPARE_SNAPSHOT);
  }

  private void opened(DiskFile snapshot, boolean own, Optional<DiskFile> copied) {
    snapshotFile = Optional.of(snapshot);
    fileName = own ? FileNames.NEXT_SNAPSHOT : FileNames.SPARE_SNAPSHOT;
    bodiesFile = copied;
    phase = Phase.OPEN;
  }

  Phase phase() {
    return phase;
  }

  long index() {
    return index;
  }

  /** Length of the finished file in bytes. */
  long bytes() {
    return bytes;
  }

  List<Segment> victims() {
    return copies.isPresent() ? victims : List.of();
  }

  /** Begins the walk: the snapshot holds the state as it is now, after this entry. */
  void begin(QueueMachine machine, long appliedIndex) {
    Invariant.check(phase == Phase.OPEN, "a walk begins when its files are open");
    index = appliedIndex;
    if (bodiesFile.isPresent()) {
      Segment segment = target.orElseThrow();
      segment.cleanFrom = Long.MAX_VALUE;
      ledger.add(segment);
      copies =
          Optional.of(
              new BodyCopies(chores, mailbox, disk, bodies, ledger, segment, bodiesFile.get()));
      victims.forEach(victim -> victim.victim = true);
    }
    writer =
        Optional.of(
            new SnapshotWriter(
                new FileAppender(
                    chores,
                    mailbox,
                    pool,
                    fileName,
                    snapshotFile.orElseThrow(),
                    0,
                    () -> diskFull = true),
                index));
    phase = Phase.WALKING;
    walk = Optional.of(machine.snapshot(this));
  }

  @Override
  public void record(ByteBuffer record) {
    writer.orElseThrow().record(record);
  }

  @Override
  public long location(long job, long bodyRef, int bodyBytes, int crc32c) {
    long location = bodies.location(bodyRef, bodyBytes);
    Invariant.check(location != 0, "the body of an applied put is in the log");
    if (copies.isPresent() && ledger.segment(location).victim) {
      return copies.get().copy(job, location, bodyBytes, crc32c);
    }
    return location;
  }

  /** Finds the bodies that were copied meanwhile at their new places. */
  void settle(QueueMachine machine) {
    copies.ifPresent(to -> to.settle(machine));
  }

  /**
   * Walks on until this time.
   *
   * @return true when the walk could go on at once
   */
  boolean walk(ForcePace clock, long untilNs) {
    if (hasFailed() || (headTaken && isExhausted()) || isTooLong()) {
      abandon();
      return false;
    }
    if (isShort()) {
      return false;
    }
    headTaken = true;
    MachineSnapshot walking = walk.orElseThrow();
    boolean ended = walking.step(STEP_JOBS);
    while (!ended && !isShort() && clock.nanoTime() - untilNs < 0) {
      ended = walking.step(STEP_JOBS);
    }
    if (ended) {
      bytes = writer.orElseThrow().end();
      endCopies();
      phase = Phase.WALKED;
    }
    return !ended && !isShort();
  }

  private boolean isTooLong() {
    return isOwn() && writer.orElseThrow().bytes() > ownBytes;
  }

  private boolean isOwn() {
    return fileName.equals(FileNames.NEXT_SNAPSHOT);
  }

  private boolean isShort() {
    return pool.isShort() || copies.map(BodyCopies::isShort).orElse(false);
  }

  private boolean isExhausted() {
    return pool.isExhausted() || copies.map(BodyCopies::isExhausted).orElse(false);
  }

  /** Whether it cannot end well: the disk is full, or a body could not be copied. */
  boolean hasFailed() {
    return wasFull() || damage().isPresent();
  }

  private void endCopies() {
    victims.forEach(victim -> victim.victim = false);
    if (copies.isPresent()) {
      copies.get().end();
    } else {
      bodiesFile.ifPresent(file -> chores.run("closing a segment of bodies", file::close));
    }
  }

  /** The log is forced up to the index: has the snapshot forced and named. */
  void finish() {
    Invariant.check(phase == Phase.WALKED, "a snapshot is finished when it was walked");
    phase = Phase.FINISHING;
    DiskFile file = snapshotFile.orElseThrow();
    chores.run("forcing a snapshot", () -> force(file));
  }

  private void force(DiskFile file) throws IOException {
    String name = FileNames.snapshot(index);
    boolean forced = isForced(file);
    file.close();
    mailbox.post(() -> {
      diskFull |= !forced;
      if (hasFailed()) {
        phase = Phase.ABANDONED;
        chores.run("removing " + fileName, this::discard);
      } else {
        chores.run(
            "naming " + name,
            () -> {
              disk.rename(fileName, name);
              disk.forceDirectory();
              mailbox.post(() -> phase = Phase.DONE);
            });
      }
    });
  }

  /** Some file systems find out only now that the disk is full; the file has no name yet. */
  private boolean isForced(DiskFile file) throws IOException {
    try {
      file.truncate(bytes);
      file.force();
      return true;
    } catch (DiskFullException e) {
      return false;
    }
  }

  /** Gives up; what was copied forward stays where it is now. */
  void abandon() {
    walk.ifPresent(MachineSnapshot::abandon);
    if (phase == Phase.OPEN || phase == Phase.WALKING) {
      endCopies();
    }
    phase = Phase.ABANDONED;
    snapshotFile.ifPresent(file ->
        chores.run(
            "giving up " + fileName,
            () -> {
              file.close();
              discard();
            }));
  }

  /** Removes a file that was made for it; the one that is kept for snapshots stays. */
  private void discard() throws IOException {
    if (isOwn()) {
      disk.delete(fileName);
    }
  }

  private boolean wasFull() {
    return diskFull || copies.map(BodyCopies::isDiskFull).orElse(false);
  }

  /** Whether the disk was full to more than a file of its own: the next one has none. */
  boolean lackedRoom() {
    return (diskFull && !isOwn()) || copies.map(BodyCopies::isDiskFull).orElse(false);
  }

  /** What was wrong with a body that should be copied. */
  Optional<DamagedBodyException> damage() {
    return copies.flatMap(BodyCopies::damage);
  }

  /** It has ended, well or not, and all is settled. */
  void close() {
    copies.ifPresent(to -> to.close(index));
  }
}
