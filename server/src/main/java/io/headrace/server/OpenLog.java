package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Disk;
import io.headrace.journal.FileDisk;
import io.headrace.journal.Journal;
import io.headrace.journal.JournalException;
import io.headrace.journal.JournalOptions;
import io.headrace.journal.JournalThreads;
import io.headrace.journal.RecoveryListener;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.QueueMachine;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log that a server was told to keep, opened, with what {@code stats} says of it.
 *
 * @param log a journal, or one that keeps nothing
 */
record OpenLog(CommandLog log, LogFacts facts) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenLog.class);

  /**
   * Opens it, which recovers the machine.
   *
   * @param wake called from any thread when the loop shall look after the log
   * @throws JournalException when the directory is in use, or its files are damaged
   */
  static OpenLog open(
      Optional<JournalPlace> place,
      BodyStore bodies,
      QueueMachine machine,
      RecoveryListener progress,
      Runnable wake) {
    if (place.isEmpty()) {
      return new OpenLog(new VolatileLog(), LogFacts.NONE);
    }
    JournalPlace journal = place.get();
    Disk disk = FileDisk.open(journal.directory());
    var threads = JournalThreads.platform();
    boolean opened = false;
    try {
      Journal log =
          Journal.open(
              JournalOptions.defaults()
                  .with(journal.durability())
                  .withSegmentBytes(journal.segmentBytes()),
              disk,
              bodies,
              machine,
              progress,
              threads,
              System::nanoTime,
              wake);
      opened = true;
      return new OpenLog(log, new JournalFacts(log, journal.segmentBytes(), log.safeIndex()));
    } finally {
      if (!opened) {
        threads.close();
        release(disk);
      }
    }
  }

  private static void release(Disk disk) {
    try {
      disk.close();
    } catch (IOException e) {
      LOG.warn("{} did not close well: {}", disk.describe(), e.getMessage());
    }
  }

  /** What a journal tells of itself. */
  private record JournalFacts(Journal log, int segmentBytes, long indexAtStart)
      implements LogFacts {
    @Override
    public long oldestIndex() {
      return log.oldestSegment();
    }

    @Override
    public long currentIndex() {
      return log.newestSegment();
    }

    @Override
    public long recordsMigrated() {
      return log.bodiesMoved();
    }

    @Override
    public long recordsWritten() {
      return log.safeIndex() - indexAtStart;
    }

    @Override
    public long maxSizeBytes() {
      return segmentBytes;
    }
  }
}
