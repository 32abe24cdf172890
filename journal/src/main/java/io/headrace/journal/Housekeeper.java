package io.headrace.journal;

import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Keeps the journal's files within their bound: decides when a snapshot is due and what it copies
 * forward, and removes what is no longer needed. The rules and their arithmetic are in
 * docs/journal-format.md.
 */
final class Housekeeper {
  /**
   * A snapshot is due when so many segments of log were written since the last, or twice the live
   * bodies: what a restart has to replay.
   */
  private static final long LOG_SEGMENTS_MIN = 4;

  /** Between two snapshots that are due for lack of room this part of a segment has changed. */
  private static final long CHANGED_PART = 4;

  /** How long it is not said again that entries wait for room below the bound. */
  private static final long SAY_AGAIN_NS = 60_000_000_000L;

  /** A snapshot copies forward so small a part of what is allowed, or one segment. */
  private static final long COPIED_PART = 16;

  /** When this part of a segment was written or freed it is looked again whether one is due. */
  private static final long LOOK_AGAIN_PART = 64;

  private final Disk disk;
  private final Lane chores;
  private final Mailbox mailbox;
  private final BodyStore bodies;
  private final Ledger ledger;
  private final LogTail tail;
  private final Committer committer;
  private final Reserve reserve;
  private final ForcePace clock;
  private final long segmentBytes;
  private final Bound bound;
  private final Consumer<String> notices;
  private final Runnable whenRemoved;

  /** Newest last; two at most. */
  private final List<Kept> snapshots = new ArrayList<>();

  private int nextBodies;
  private Optional<SnapshotRun> run = Optional.empty();

  /** Files are being removed, or measured: until that is done no snapshot begins. */
  private boolean removing;

  /** When it was last said that entries wait for room below the bound. */
  private OptionalLong waitSaid = OptionalLong.empty();

  /** Bytes of the files that are being removed. */
  private long removingBytes;

  /** Bytes of all files when the last snapshot began. */
  private long bytesAtBegin;

  /** Log bytes before this process that the newest snapshot does not hold. */
  private long logBytesBefore;

  private long writtenAtSnapshot;
  private long freedAtSnapshot;

  /** The same two when the walk that is under way began; they count once it is durable. */
  private long writtenAtBegin;

  private long freedAtBegin;

  /** The reserve's count of tries when room was last looked for because the log was stuck. */
  private long stuckAt = -1;

  private long lookedAt;

  /** A snapshot has ended: another one may release what this one made dispensable. */
  private boolean released;

  private final SnapshotRoom room;

  /** A snapshot that is durable. */
  record Kept(long index, long bytes) {}

  Housekeeper(
      Disk disk,
      Lane chores,
      Mailbox mailbox,
      BodyStore bodies,
      Ledger ledger,
      LogTail tail,
      Committer committer,
      Reserve reserve,
      ForcePace clock,
      long segmentBytes,
      Consumer<String> notices,
      Runnable whenRemoved,
      List<Kept> found,
      int nextBodies,
      long logBytesBefore) {
    this.disk = disk;
    this.chores = chores;
    this.mailbox = mailbox;
    this.bodies = bodies;
    this.ledger = ledger;
    this.tail = tail;
    this.committer = committer;
    this.reserve = reserve;
    this.clock = clock;
    this.segmentBytes = segmentBytes;
    this.bound = new Bound(segmentBytes);
    this.notices = notices;
    this.whenRemoved = whenRemoved;
    this.nextBodies = nextBodies;
    this.logBytesBefore = logBytesBefore;
    snapshots.addAll(found);
    room =
        new SnapshotRoom(reserve.snapshotBytesMin(), found.isEmpty() ? 0 : found.getLast().bytes);
  }

  /** Does a slice of work; see {@link CommandLog#housekeep}. */
  boolean step(QueueMachine machine, long budgetNs) {
    if (reserve.isHeld()) {
      reserve.tend();
      sayThatEntriesWait();
    }
    if (run.isEmpty()) {
      considerSnapshot(machine);
      // What has just been removed may have been all that kept them from growing.
      if (reserve.isHeld()) {
        reserve.tend();
      }
      return false;
    }
    SnapshotRun current = run.get();
    current.settle(machine);
    return switch (current.phase()) {
      case OPENING, FINISHING -> false;
      case OPEN -> {
        current.begin(machine, committer.safeIndex());
        writtenAtBegin = tail.writtenBytes();
        freedAtBegin = ledger.freedBytes();
        yield true;
      }
      case WALKING -> current.walk(clock, clock.nanoTime() + budgetNs);
      case WALKED -> {
        if (committer.forcedIndex() >= current.index()) {
          current.finish();
        } else {
          committer.wantForce();
        }
        yield false;
      }
      case DONE -> {
        ended(current, machine);
        yield true;
      }
      case ABANDONED -> {
        abandoned(current);
        yield false;
      }
    };
  }

  private long changedBytes() {
    return logBytesBefore
        + (tail.writtenBytes() - writtenAtSnapshot)
        + (ledger.freedBytes() - freedAtSnapshot);
  }

  private void considerSnapshot(QueueMachine machine) {
    long changed = changedBytes();
    long lookAgain = segmentBytes / LOOK_AGAIN_PART;
    boolean stuck = reserve.isFull() && committer.isStuck() && stuckAt != reserve.tries();
    boolean again = changed - lookedAt >= lookAgain || released || stuck;
    if (removing || !again) {
      return;
    }
    if (stuck) {
      stuckAt = reserve.tries();
    }
    boolean current = newestIndex() >= committer.safeIndex();
    QueueView totals = machine.totals();
    long jobs = Bound.jobs(totals);
    boolean roomless =
        current ? committer.isStuck() : reserve.lacksSnapshotRoom(room.expected(jobs));
    boolean olderIsInTheWay = !current && snapshots.size() > 1;
    if (reserve.isFull() && roomless && (awaited() > 0 || olderIsInTheWay)) {
      releaseByNewest();
      return;
    }
    long allowed = bound.allowed(totals);
    long worthwhile = Math.max(segmentBytes / CHANGED_PART, allowed / 64);
    long left = allowed - bound.slack(totals) - fileBytes();
    boolean full = left < 0;
    released = false;
    if (current) {
      // Nobody writes: there will be no second snapshot for what waits for one.
      if (full && awaited() > worthwhile) {
        releaseByNewest();
      }
      return;
    }
    lookedAt = changed;
    reserve.wantSnapshotBytes(room.kept(jobs));
    boolean crowded = full && (changed > worthwhile || awaited() > worthwhile);
    boolean pressed =
        stuck
            || (reserve.isHalfUsed() && (changed >= lookAgain || awaited() > 0))
            || (reserve.isFull() && (changed >= segmentBytes / CHANGED_PART || awaited() > 0));
    long log = logBytesBefore + tail.writtenBytes() - writtenAtSnapshot;
    if (pressed
        || crowded
        || log > Math.max(LOG_SEGMENTS_MIN * segmentBytes, 2 * totals.bodyBytes())) {
      begin(totals, left);
    }
  }

  /**
   * Whether the files may grow by a segment. While a snapshot makes room they may not beyond what
   * is allowed, less what the next one copies, and what is written between the two; but always by
   * one from where they were when it began, for what is allowed falls with every job that ends.
   * Where no snapshot is under way waiting would not help.
   */
  boolean mayGrow(QueueMachine machine) {
    if (run.isEmpty() && !removing && !released) {
      return true;
    }
    long allowed = bound.allowed(machine.totals());
    long most = Math.max(allowed - allowed / COPIED_PART, bytesAtBegin + 2 * segmentBytes);
    return fileBytes() + 2 * segmentBytes <= most;
  }

  private void sayThatEntriesWait() {
    long now = clock.nanoTime();
    if (committer.isStuck() && (waitSaid.isEmpty() || now - waitSaid.getAsLong() > SAY_AGAIN_NS)) {
      waitSaid = OptionalLong.of(now);
      notices.accept(
          "its files have "
              + fileBytes()
              + " bytes, which is what they may have: entries wait until a snapshot has made room."
              + " More is written than this disk can be rid of");
    }
  }

  private long newestIndex() {
    return snapshots.isEmpty() ? 0 : snapshots.getLast().index;
  }

  /** Bytes that only wait for the newest snapshot to become the second newest. */
  private long awaited() {
    return ledger.dispensable(newestIndex(), tail.segment().number).stream()
        .mapToLong(segment -> segment.fileBytes)
        .sum();
  }

  int oldestSegment() {
    return ledger.log().getFirst().number;
  }

  int newestSegment() {
    return tail.segment().number;
  }

  long bodiesMoved() {
    return ledger.bodiesMoved();
  }

  /** Bytes of all files of the journal. */
  long fileBytes() {
    long bytes = ledger.fileBytes() + reserve.fileBytes() + removingBytes + room.fileBytes();
    for (Kept kept : snapshots) {
      bytes += kept.bytes;
    }
    return bytes;
  }

  private void begin(QueueView totals, long left) {
    room.begin(Bound.jobs(totals), reserve.isFull() ? 0 : left - reserve.snapshotBytesLacking());
    reserve.snapshotBegins();
    bytesAtBegin = fileBytes();
    run =
        Optional.of(
            new SnapshotRun(
                disk,
                chores,
                mailbox,
                bodies,
                ledger,
                room.fileBytes(),
                victims(bound.allowed(totals)),
                nextBodies++));
  }

  /** Chooses full segments with little left in them, the emptiest first. */
  private List<Segment> victims(long allowed) {
    List<Segment> candidates = new ArrayList<>(ledger.log());
    candidates.removeIf(segment -> segment.number >= tail.segment().number);
    candidates.addAll(ledger.bodies());
    candidates.removeIf(segment ->
        segment.liveBytes == 0 || segment.damaged || segment.lastIndex > committer.safeIndex());
    candidates.sort(
        Comparator.comparingDouble(segment -> (double) segment.liveBytes / segment.fileBytes));
    List<Segment> victims = new ArrayList<>();
    long copied = 0;
    long use = fileBytes();
    for (Segment segment : candidates) {
      boolean nearlyEmpty = segment.liveBytes <= segment.fileBytes / 8;
      boolean crowded = use > allowed / 4 * 3 && segment.liveBytes <= segment.fileBytes / 4 * 3;
      boolean much = !victims.isEmpty() && copied + segment.liveBytes > allowed / COPIED_PART;
      if ((!nearlyEmpty && !crowded) || much) {
        break;
      }
      victims.add(segment);
      copied += segment.liveBytes;
      use -= segment.fileBytes - segment.liveBytes;
    }
    return victims;
  }

  private void ended(SnapshotRun done, QueueMachine machine) {
    run = Optional.empty();
    done.close();
    writtenAtSnapshot = writtenAtBegin;
    freedAtSnapshot = freedAtBegin;
    logBytesBefore = 0;
    for (Segment victim : done.victims()) {
      if (victim.liveBytes == 0) {
        victim.cleanFrom = done.index();
      }
    }
    snapshots.add(new Kept(done.index(), done.bytes()));
    room.ended(done.bytes());
    reserve.wantSnapshotBytes(room.kept(Bound.jobs(machine.totals())));
    lookedAt = 0;
    removing = true;
    Optional<Kept> oldest =
        snapshots.size() > 2 ? Optional.of(snapshots.removeFirst()) : Optional.empty();
    List<Segment> dispensable =
        snapshots.size() == 2
            ? ledger.dispensable(snapshots.getFirst().index, tail.segment().number)
            : List.of();
    remove(oldest, dispensable, reserve.snapshotBytesWanted());
  }

  /**
   * Has them removed.
   *
   * @param spareMax what is kept for a snapshot is cut where it has so many bytes too many
   */
  private void remove(Optional<Kept> oldest, List<Segment> dispensable, long spareMax) {
    long before = ledger.fileBytes();
    ledger.remove(dispensable);
    removingBytes = before - ledger.fileBytes();
    chores.run("removing old segments", () -> removeNow(oldest, dispensable, spareMax));
  }

  /**
   * Where there is no room for the next snapshot, or less, the oldest one's file becomes it:
   * nothing new has to be found.
   */
  private void removeNow(Optional<Kept> oldest, List<Segment> dispensable, long spareMax)
      throws IOException {
    long spareBytes = spareBytes();
    if (oldest.isPresent()) {
      String name = FileNames.snapshot(oldest.get().index);
      if (oldest.get().bytes > spareBytes) {
        disk.rename(name, FileNames.SPARE_SNAPSHOT);
        spareBytes = oldest.get().bytes;
      } else {
        disk.delete(name);
      }
    }
    if (spareBytes - segmentBytes > spareMax) {
      try (DiskFile file = disk.open(FileNames.SPARE_SNAPSHOT)) {
        file.truncate(spareMax);
      }
      spareBytes = spareMax;
    }
    for (Segment segment : dispensable) {
      disk.delete(segment.name);
    }
    disk.forceDirectory();
    long bytes = spareBytes;
    mailbox.post(() -> {
      removing = false;
      removingBytes = 0;
      released = true;
      whenRemoved.run();
      reserve.snapshotEnded(bytes);
      reserve.tryAgain();
    });
  }

  /** Bytes of the file that is kept for the next snapshot; 0 when there is none. */
  private long spareBytes() throws IOException {
    if (!disk.list().contains(FileNames.SPARE_SNAPSHOT)) {
      return 0;
    }
    try (DiskFile file = disk.open(FileNames.SPARE_SNAPSHOT)) {
      return file.size();
    }
  }

  /**
   * The disk is full, and no second snapshot can be had: the newest one, once it is read back and
   * found good, makes dispensable what would have waited for the next, and the room of the older
   * one becomes the next one's.
   */
  private void releaseByNewest() {
    removing = true;
    long index = newestIndex();
    String name = FileNames.snapshot(index);
    chores.run(
        "reading " + name + " back",
        () -> {
          boolean good;
          try (SnapshotReader reader = new SnapshotReader(disk.open(name), index)) {
            reader.check();
            good = true;
          } catch (MalformedException e) {
            good = false;
          }
          boolean readable = good;
          mailbox.post(() -> release(index, readable));
        });
  }

  private void release(long index, boolean readable) {
    if (!readable) {
      removing = false;
      return;
    }
    Optional<Kept> older =
        snapshots.size() > 1 ? Optional.of(snapshots.removeFirst()) : Optional.empty();
    remove(older, ledger.dispensable(index, tail.segment().number), Long.MAX_VALUE);
  }

  private void abandoned(SnapshotRun failed) {
    run = Optional.empty();
    failed.close();
    failed
        .damage()
        .ifPresent(damage -> {
          ledger.segment(damage.location()).damaged = true;
          notices.accept(damage.reason() + ". Its segment is kept, and no longer copied forward");
        });
    lookedAt = changedBytes();
    room.abandoned();
    if (failed.lackedRoom()) {
      reserve.foundFull();
    }
    removing = true;
    chores.run(
        "measuring the room of the next snapshot",
        () -> {
          long bytes = spareBytes();
          mailbox.post(() -> {
            removing = false;
            reserve.snapshotEnded(bytes);
          });
        });
  }

  /** Gives up what is under way and waits for the journal's thread. */
  void close() {
    chores.join();
    mailbox.open();
    run.filter(r -> r.phase() != SnapshotRun.Phase.DONE && r.phase() != SnapshotRun.Phase.ABANDONED)
        .ifPresent(SnapshotRun::abandon);
    chores.join();
  }

  /** Whether a snapshot is being written. */
  boolean isBusy() {
    return run.isPresent() || removing || reserve.isBusy();
  }
}
