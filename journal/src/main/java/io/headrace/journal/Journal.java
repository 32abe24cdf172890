package io.headrace.journal;

import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The log of one machine, in the files of one directory: segments, snapshots, and the reserve for a
 * full disk. docs/journal-format.md describes every byte and the rules of safety.
 *
 * <p>Threads of its own help the loop, see {@link JournalThreads}. None touches the journal's
 * state: what they did comes back by {@code wake}, after which the loop calls {@link #flush} and
 * {@link #housekeep}.
 */
public final class Journal implements CommandLog {
  private final Disk disk;
  private final Mailbox mailbox;
  private final Lane forces;
  private final Lane chores;
  private final Reserve reserve;
  private final Committer committer;
  private final Housekeeper housekeeper;
  private final BodyReader reader;

  /** Something was thrown, by the disk or by a bug: nothing may be forced or marked after it. */
  private boolean broken;

  private boolean closed;

  private Journal(
      Disk disk,
      Mailbox mailbox,
      Lane forces,
      Lane chores,
      Reserve reserve,
      Committer committer,
      Housekeeper housekeeper,
      BodyReader reader) {
    this.disk = disk;
    this.mailbox = mailbox;
    this.forces = forces;
    this.chores = chores;
    this.reserve = reserve;
    this.committer = committer;
    this.housekeeper = housekeeper;
    this.reader = reader;
  }

  /**
   * Recovers the machine from the directory's files and opens the log behind its last entry. All
   * that is closed with the journal: the disk and both threads. When this throws, they are still
   * the caller's to close.
   *
   * @param machine one that has applied nothing
   * @param nanoTime monotonic time
   * @param wake called from the journal's threads when the loop shall call {@link #flush}
   * @throws JournalException when the files are corrupt, of another version, or cannot be read
   */
  public static Journal open(
      JournalOptions options,
      Disk disk,
      BodyStore bodies,
      QueueMachine machine,
      RecoveryListener listener,
      JournalThreads threads,
      LongSupplier nanoTime,
      Runnable wake) {
    try {
      Ledger ledger = new Ledger();
      bodies.whenFreed(ledger);
      Recovery recovery = new Recovery(disk, bodies, ledger, machine, listener);
      recovery.run();
      Optional<LogScan.End.Torn> torn = recovery.torn();
      if (torn.isPresent()) {
        TailCut.cut(disk, recovery.files(), torn.get());
        listener.notice(notice(disk, torn.get()));
      }
      return new Opening(options, disk, bodies, machine, recovery, ledger, listener)
          .open(threads, nanoTime, new Mailbox(wake));
    } catch (IOException e) {
      throw new JournalException(
          disk.describe()
              + ": the journal cannot be opened: "
              + e.getMessage()
              + ". Check the disk and its permissions, and start again",
          e);
    }
  }

  private static String notice(Disk disk, LogScan.End.Torn torn) {
    return disk.describe()
        + "/"
        + FileNames.log(torn.segment())
        + " at byte "
        + torn.offset()
        + ": "
        + torn.reason()
        + ". What follows was never forced, as after a crash, and is cut; entries up to "
        + (torn.index() - 1)
        + " are kept";
  }

  /** Puts the parts together behind what recovery found. */
  private record Opening(
      JournalOptions options,
      Disk disk,
      BodyStore bodies,
      QueueMachine machine,
      Recovery recovery,
      Ledger ledger,
      RecoveryListener listener) {

    Journal open(JournalThreads threads, LongSupplier nanoTime, Mailbox mailbox)
        throws IOException {
      Lane forces = new Lane(threads.forces(), mailbox, disk.describe());
      Lane chores = new Lane(threads.chores(), mailbox, disk.describe());
      Lane reads = new Lane(threads.reads(), mailbox, disk.describe());
      BodyReader reader = new BodyReader(reads, mailbox, disk, bodies, ledger);
      List<LogScan.Scanned> spares = new ArrayList<>(recovery.scanned());
      spares.removeIf(scanned -> !scanned.unused());
      Optional<LogScan.Scanned> last =
          recovery.scanned().stream().filter(s -> !s.unused()).reduce((a, b) -> b);
      long lastIndex = recovery.lastIndex();
      Segment segment;
      DiskFile file;
      long position;
      if (last.isPresent()) {
        segment = ledger.segment(Location.of(last.get().number(), 0));
        file = disk.open(segment.name);
        position = last.get().end();
      } else {
        segment = firstSegment(spares);
        file =
            spares.isEmpty()
                ? Zeros.create(disk, segment.name, options.segmentBytes())
                : disk.open(segment.name);
        position = SegmentHeader.BYTES;
        if (!spares.isEmpty()) {
          spares.removeFirst();
        }
        segment.firstIndex = lastIndex + 1;
        segment.lastIndex = lastIndex;
        ledger.add(segment);
      }
      Reserve reserve = new Reserve(disk, chores, mailbox, options, segment.number + 1);
      for (LogScan.Scanned spare : spares) {
        DiskFile spareFile = disk.open(FileNames.log(spare.number()));
        reserve.found(new Reserve.Spare(spare.number(), spareFile, spare.fileBytes()));
      }
      forceReplayed();
      file.force();
      ForcePace pace = new ForcePace(options.inlineForceMaxNs(), nanoTime);
      LogTail tail = new LogTail(ledger, reserve, segment, file, position);
      Committer committer =
          new Committer(
              disk.describe(),
              forces,
              chores,
              mailbox,
              tail,
              ledger,
              reserve,
              pace,
              options,
              bodies,
              lastIndex,
              recovery.marked(),
              machine.lastStampNs());
      ledger.follow(committer::lastIndex);
      Housekeeper housekeeper =
          new Housekeeper(
              disk,
              chores,
              mailbox,
              bodies,
              ledger,
              tail,
              committer,
              reserve,
              pace,
              options.segmentBytes(),
              listener::notice,
              reader::forget,
              recovery.snapshots(),
              recovery.files().bodies().isEmpty() ? 1 : recovery.files().bodies().getLast() + 1,
              recovery.logBytesAfterSnapshot());
      if (recovery.hasSpareSnapshot()) {
        try (DiskFile spare = disk.open(FileNames.SPARE_SNAPSHOT)) {
          reserve.foundSnapshotFile(spare.size());
        }
      }
      reserve.askBeforeGrowing(() -> housekeeper.mayGrow(machine));
      reserve.tend();
      return new Journal(disk, mailbox, forces, chores, reserve, committer, housekeeper, reader);
    }

    private Segment firstSegment(List<LogScan.Scanned> spares) {
      return spares.isEmpty()
          ? new Segment(false, 1, options.segmentBytes())
          : new Segment(false, spares.getFirst().number(), spares.getFirst().fileBytes());
    }

    /** What was replayed may so far only be in the system's memory; marks must not lie. */
    private void forceReplayed() throws IOException {
      long covered = recovery.snapshots().isEmpty() ? 0 : recovery.snapshots().getLast().index();
      long known = Math.max(recovery.marked(), covered);
      for (LogScan.Scanned segment : recovery.scanned()) {
        if (!segment.unused() && segment.lastIndex() > known) {
          TailRewrite.rewrite(disk, segment, known);
        }
      }
    }
  }

  @Override
  public long append(long stampNs, Command command) {
    enter();
    long index = committer.append(stampNs, command);
    leave();
    return index;
  }

  @Override
  public void flush() {
    enter();
    mailbox.open();
    committer.flush();
    leave();
  }

  /** Counts as broken until {@link #leave}: whatever is thrown in between, nothing follows it. */
  private void enter() {
    if (broken) {
      throw new JournalException(
          disk.describe() + ": the journal has failed before; nothing more is acknowledged");
    }
    broken = true;
  }

  private void leave() {
    broken = false;
  }

  @Override
  public long safeIndex() {
    return committer.safeIndex();
  }

  @Override
  public boolean mayTell() {
    return committer.mayTell();
  }

  /** The highest index known to survive the loss of power. */
  public long forcedIndex() {
    return committer.forcedIndex();
  }

  /** The number of the oldest segment of the log. */
  public int oldestSegment() {
    return housekeeper.oldestSegment();
  }

  /** The number of the segment that is being written. */
  public int newestSegment() {
    return housekeeper.newestSegment();
  }

  /** Bodies copied forward from old segments since the start. */
  public long bodiesMoved() {
    return housekeeper.bodiesMoved();
  }

  /** Bytes of all files of the journal. */
  public long fileBytes() {
    return housekeeper.fileBytes();
  }

  @Override
  public Room room() {
    return reserve.isFull() && committer.isStuck() ? Room.ENDS_ONLY : reserve.room();
  }

  @Override
  public boolean isCrowded() {
    return committer.isCrowded();
  }

  @Override
  public void read(List<BodyRead> reads) {
    reader.read(reads);
  }

  @Override
  public void takeReads(Consumer<BodyRead> taker) {
    reader.take(taker);
  }

  @Override
  public boolean housekeep(QueueMachine machine, long budgetNs) {
    if (broken) {
      return false;
    }
    enter();
    boolean more = housekeeper.step(machine, budgetNs);
    leave();
    return more;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (!broken) {
        reserve.askBeforeGrowing(() -> true);
        committer.finish();
        housekeeper.close();
      }
    } finally {
      release();
    }
  }

  private void release() {
    try {
      chores.join();
      reader.close();
      committer.close();
      reserve.close();
      chores.close();
      forces.close();
      disk.close();
    } catch (IOException e) {
      throw Lane.failure(disk.describe(), "closing the journal", e);
    }
  }
}
