package io.headrace.journal;

import io.headrace.queue.Command;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/** A journal of small segments under load, its two threads run by hand. */
final class Workload {
  static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  final MemoryDisk disk = new MemoryDisk();

  /** The disk is full to files whose names end so; to none while this is empty. */
  final AtomicReference<String> fullFor = new AtomicReference<>("");

  /** Files whose names end so cannot be read; all can while this is empty. */
  final AtomicReference<String> unreadableFor = new AtomicReference<>("");

  final ManualThread forces = new ManualThread();
  final ManualThread chores = new ManualThread();
  final Shell shell =
      new Shell(
              TamperedDisk.failing(disk, fullFor, unreadableFor),
              SMALL.withInlineForceMaxNs(Long.MAX_VALUE),
              forces,
              chores)
          .start();

  static byte[] body(int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) 7);
    return body;
  }

  /** A turn of the loop, after which both threads do all that they have to. */
  void turn() {
    shell.turn();
    join();
  }

  void join() {
    forces.join();
    chores.join();
  }

  /** Puts jobs, so many a turn. */
  void put(int jobs, int bytes, int jobsPerTurn) {
    for (int i = 1; i <= jobs; i++) {
      shell.put(body(bytes), 0);
      if (i % jobsPerTurn == 0) {
        turn();
      }
    }
  }

  void delete(long job) {
    shell.submit(new Command.Delete(shell.session, job));
  }

  /** Deletes all jobs from one on but this. */
  void deleteAllBut(long kept, long from) {
    long last = shell.machine.lastJob();
    for (long job = from; job <= last; job++) {
      if (job != kept) {
        delete(job);
      }
    }
  }

  /** Writes what nobody needs; the threads do nothing yet. */
  void touches() {
    for (int k = 0; k < 60; k++) {
      shell.submit(new Command.Touch(shell.session, 1));
    }
    shell.turn();
  }

  /** Goes on until the next snapshot has written the bodies that it copies forward. */
  void untilBodiesAreCopied() throws IOException {
    while (JournalFiles.list(disk).bodies().isEmpty()) {
      touches();
      forces.join();
      while (JournalFiles.list(disk).bodies().isEmpty() && chores.step()) {
        Thread.onSpinWait();
      }
    }
  }

  /** Lets happen whatever happens by itself. */
  void quiesce() {
    for (int i = 0; i < 2000; i++) {
      turn();
      if (i % 5 == 0) {
        forces.passTime();
        chores.passTime();
      }
    }
    shell.turn();
  }

  /** Whether all that was submitted is applied, once everything has come to rest. */
  boolean comesFree() {
    long appended = shell.logged.size();
    quiesce();
    return shell.appliedIndex == appended;
  }
}
