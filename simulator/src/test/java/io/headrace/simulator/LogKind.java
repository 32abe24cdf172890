package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Disk;
import io.headrace.journal.Journal;
import io.headrace.journal.JournalThread;
import io.headrace.journal.RecoveryListener;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.QueueMachine;

/** Which log the server runs on. */
interface LogKind {
  /** One that keeps nothing. */
  LogKind VOLATILE =
      (scenario, disk, bodies, machine, forces, chores, clock, wake) -> new VolatileLog();

  /** The journal, in the files of the simulated disk. */
  LogKind JOURNAL =
      (scenario, disk, bodies, machine, forces, chores, clock, wake) ->
          Journal.open(
              scenario.options(),
              disk,
              bodies,
              machine,
              RecoveryListener.silent(),
              forces,
              chores,
              clock::nanoTime,
              wake);

  CommandLog open(
      Scenario scenario,
      Disk disk,
      BodyStore bodies,
      QueueMachine machine,
      JournalThread forces,
      JournalThread chores,
      SimClock clock,
      Runnable wake);
}
