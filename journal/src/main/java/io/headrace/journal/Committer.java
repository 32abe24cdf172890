package io.headrace.journal;

import io.headrace.queue.Command;
import java.io.IOException;
import java.time.Duration;

/**
 * Brings entries to the disk by group commit: while one batch is written or forced, the next one
 * collects. Lives on the loop's thread; what the journal's thread did comes back by the mailbox.
 */
final class Committer {
  /** What is under way on the journal's thread. */
  private enum Phase {
    IDLE,
    /** A force; what is written meanwhile is left to the next one. */
    FORCING
  }

  /** What the durability asked for comes down to. */
  private enum Mode {
    /** Replies wait for the force. While one is under way the next batch collects. */
    FORCED,
    /** Replies wait for the write, and never for a force, which the clock asks for. */
    TIMED,
    /** Replies wait for the write. */
    WRITTEN
  }

  private static final long NEVER_FULL = -1;

  private final String where;
  private final Lane forces;
  private final Lane chores;
  private final Mailbox mailbox;
  private final LogTail tail;
  private final Ledger ledger;
  private final Reserve reserve;
  private final ForcePace pace;
  private final JournalOptions options;
  private final Mode mode;
  private final long intervalNs;

  private Batch open;

  /** Is being written, or waits to be because the disk was full; else empty. */
  private Batch closed;

  private boolean closedWaits;

  /** The reserve's count of tries when the closed batch found the disk full. */
  private long foundFullAt = NEVER_FULL;

  private Phase phase = Phase.IDLE;

  private long lastIndex;
  private long lastStampNs;
  private long writtenIndex;
  private long safeIndex;

  /** The highest index that was safe before it was forced, and whose reply waits for that. */
  private long forceOwedIndex;

  private long forcedIndex;

  /** The highest forced index that some batch on the disk names. */
  private long markedIndex;

  private long closedMark;
  private long forceTarget;
  private boolean forceWanted;

  /** Bytes were written that no force covers; also those of a mark. */
  private boolean unforced;

  private boolean intervalArmed;
  private boolean idleArmed;

  /** Counts writes and forces, so that the idle timer can see that there was one. */
  private long activity;

  private long activityAtArming;

  /**
   * A log that ends as recovery found it.
   *
   * @param lastIndex the last entry; all up to it are forced
   * @param markedIndex the highest forced index that the log names
   */
  Committer(
      String where,
      Lane forces,
      Lane chores,
      Mailbox mailbox,
      LogTail tail,
      Ledger ledger,
      Reserve reserve,
      ForcePace pace,
      JournalOptions options,
      BodyStore bodies,
      long lastIndex,
      long markedIndex,
      long lastStampNs) {
    this.where = where;
    this.forces = forces;
    this.chores = chores;
    this.mailbox = mailbox;
    this.tail = tail;
    this.ledger = ledger;
    this.reserve = reserve;
    this.pace = pace;
    this.options = options;
    this.lastIndex = lastIndex;
    this.writtenIndex = lastIndex;
    this.safeIndex = lastIndex;
    this.forcedIndex = lastIndex;
    this.markedIndex = markedIndex;
    this.lastStampNs = lastStampNs;
    mode =
        switch (options.durability()) {
          case Durability.Fsync _ -> Mode.FORCED;
          case Durability.Interval _ -> Mode.TIMED;
          case Durability.Never _ -> Mode.WRITTEN;
        };
    intervalNs =
        switch (options.durability()) {
          case Durability.Interval(Duration every) -> every.toNanos();
          case Durability.Fsync _, Durability.Never _ -> 0;
        };
    open = new Batch(bodies);
    closed = new Batch(bodies);
  }

  long append(long stampNs, Command command) {
    lastStampNs = Math.max(stampNs, lastStampNs);
    boolean owesWrite = safeIndex > writtenIndex && !closedWaits;
    if (owesWrite && !tail.hasRoom(open.length() + Batch.bytesMax(command))) {
      // What was called safe has its place here; it shall not wait for the next segment.
      closeOpen();
    }
    open.append(++lastIndex, lastStampNs, command);
    if (isSafeAtOnce()) {
      safeIndex = lastIndex;
      if (mode == Mode.FORCED && open.mustBeForced()) {
        forceOwedIndex = lastIndex;
      }
    }
    return lastIndex;
  }

  /**
   * Whether the entry that was appended last may be applied before it is written: nothing before it
   * waits, and nothing keeps the next flush from writing it. A body has no place before that.
   */
  private boolean isSafeAtOnce() {
    return safeIndex == lastIndex - 1
        && open.bodyCount() == 0
        && !closedWaits
        && !waitsForTheForce()
        && tail.hasRoom(open.length());
  }

  /** Whether nothing is written before the force that is under way has ended. */
  private boolean waitsForTheForce() {
    return phase == Phase.FORCING && (mode == Mode.FORCED || tail.mustBeForced());
  }

  /** Waits for what is under way, and goes on from there. */
  private void work() {
    forces.join();
    chores.join();
    mailbox.open();
    flush();
  }

  /**
   * Whether the open batch has half of a segment, where more would make segments of odd lengths; or
   * whether the place for so much more is not sure. The rest of the segment is then for what makes
   * room.
   */
  boolean isCrowded() {
    long half = options.segmentBytes() / 2;
    return open.length() >= half || (reserve.isExhausted() && !tail.hasRoom(open.length() + half));
  }

  long lastIndex() {
    return lastIndex;
  }

  long safeIndex() {
    return safeIndex;
  }

  /** See {@link CommandLog#mayTell}. */
  boolean mayTell() {
    return safeIndex <= writtenIndex && forceOwedIndex <= forcedIndex;
  }

  long forcedIndex() {
    return forcedIndex;
  }

  /** Has everything written so far forced soon, whatever the durability. */
  void wantForce() {
    if (forcedIndex < writtenIndex) {
      forceWanted = true;
      flush();
    }
  }

  /** Writes what collected, unless that must wait for the force that is under way. */
  void flush() {
    if (closedWaits && !waitsForTheForce()) {
      if (foundFullAt == reserve.tries()) {
        forceIfWanted();
        return;
      }
      write();
    }
    if (closedWaits || waitsForTheForce()) {
      return;
    }
    if (open.isEmpty() || !tail.place(open.length(), open.firstIndex())) {
      forceIfWanted();
      return;
    }
    closeOpen();
    write();
  }

  /** Also while a batch waits for room: the snapshot that makes room waits for this. */
  private void forceIfWanted() {
    if (forceWanted && unforced && phase == Phase.IDLE) {
      force(false);
    }
  }

  /** The closed batch waits until the reserve tries again whether there is room. */
  private void foundFull() {
    reserve.foundFull();
    foundFullAt = reserve.tries();
    forceIfWanted();
  }

  /** Closes the open batch for its place; nothing else is closed. */
  private void closeOpen() {
    Batch next = closed;
    closed = open;
    open = next;
    closedMark = forcedIndex;
    closed.close(tail.segment().number, tail.position(), forcedIndex);
    for (int i = 0; i < closed.bodyCount(); i++) {
      ledger.located(tail.segment(), closed.bodyBytes(i));
    }
    closedWaits = true;
  }

  private void write() {
    try {
      tail.write(closed, closedMark);
    } catch (DiskFullException e) {
      foundFull();
      return;
    } catch (IOException e) {
      throw Lane.failure(where, "writing " + tail.segment().name, e);
    }
    written();
  }

  private void written() {
    closedWaits = false;
    foundFullAt = NEVER_FULL;
    activity++;
    unforced = true;
    tail.advance(closed);
    writtenIndex = closed.lastIndex();
    markedIndex = closedMark;
    boolean replyWaits = mode == Mode.FORCED && closed.mustBeForced();
    boolean forceNow = replyWaits || closed.isMark() || forceWanted || tail.mustBeForced();
    closed.reset();
    if (!replyWaits) {
      safeIndex = writtenIndex;
    }
    if (forceNow) {
      force(mode == Mode.FORCED && pace.inline());
      return;
    }
    if (mode == Mode.TIMED && !intervalArmed) {
      intervalArmed = true;
      forces.later(
          intervalNs,
          () -> {
            intervalArmed = false;
            forceWanted = true;
          });
    }
    armIdle();
  }

  private void force(boolean here) {
    if (phase == Phase.FORCING) {
      forceWanted = true;
      return;
    }
    forceWanted = false;
    unforced = false;
    forceTarget = writtenIndex;
    LogTail.Unforced files = tail.takeUnforced();
    if (!here) {
      phase = Phase.FORCING;
      forces.run("forcing " + tail.segment().name, () -> forceElsewhere(files));
      return;
    }
    long startNs = pace.nanoTime();
    try {
      files.force();
    } catch (IOException e) {
      throw Lane.failure(where, "forcing " + tail.segment().name, e);
    }
    pace.measured(pace.nanoTime() - startNs);
    forceEnded();
  }

  private void forceElsewhere(LogTail.Unforced files) throws IOException {
    long startNs = pace.nanoTime();
    files.force();
    long tookNs = pace.nanoTime() - startNs;
    mailbox.post(() -> {
      phase = Phase.IDLE;
      pace.measured(tookNs);
      forceEnded();
    });
  }

  private void forceEnded() {
    activity++;
    forcedIndex = forceTarget;
    safeIndex = Math.max(safeIndex, forceTarget);
    armIdle();
  }

  /** Once nothing happens any more, all that is written gets forced, and then marked as forced. */
  private void armIdle() {
    if (!idleArmed && (forcedIndex < writtenIndex || markedIndex < forcedIndex)) {
      idleArmed = true;
      activityAtArming = activity;
      forces.later(options.idleMarkNs(), this::idle);
    }
  }

  private void idle() {
    idleArmed = false;
    boolean quiet = activity == activityAtArming && phase == Phase.IDLE && open.isEmpty();
    if (!quiet || closedWaits || mode == Mode.WRITTEN) {
      if (mode != Mode.WRITTEN) {
        armIdle();
      }
    } else if (forcedIndex < writtenIndex) {
      force(false);
    } else if (markedIndex < forcedIndex) {
      open.makeMark(lastIndex + 1, lastStampNs);
      flush();
    }
  }

  /** Writes and forces everything, then the mark of it; waits for the journal's thread. */
  void finish() {
    settle();
    if (unforced) {
      force(true);
    }
    if (markedIndex < forcedIndex && open.isEmpty() && !closedWaits) {
      open.makeMark(lastIndex + 1, lastStampNs);
      settle();
      if (unforced) {
        force(true);
      }
    }
  }

  private void settle() {
    do {
      work();
    } while (phase != Phase.IDLE || (isStuck() && !reserve.isFull()));
  }

  /** Whether entries wait for room on the disk. */
  boolean isStuck() {
    return phase == Phase.IDLE && (closedWaits || !open.isEmpty());
  }

  void close() throws IOException {
    forces.join();
    tail.close();
    open.free();
    closed.free();
  }
}
