package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Disk;
import io.headrace.journal.Journal;
import io.headrace.journal.JournalThreads;
import io.headrace.journal.RecoveryListener;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.QueueMachine;

/** Which log the server runs on. */
interface LogKind {
  /** One that keeps nothing. */
  LogKind VOLATILE = (scenario, disk, bodies, machine, threads, clock, wake) -> new VolatileLog();

  /** The journal, in the files of the simulated disk. */
  LogKind JOURNAL =
      (scenario, disk, bodies, machine, threads, clock, wake) ->
          Journal.open(
              scenario.options(),
              disk,
              bodies,
              machine,
              RecoveryListener.silent(),
              threads,
              clock::nanoTime,
              wake);

  CommandLog open(
      Scenario scenario,
      Disk disk,
      BodyStore bodies,
      QueueMachine machine,
      JournalThreads threads,
      SimClock clock,
      Runnable wake);
}
