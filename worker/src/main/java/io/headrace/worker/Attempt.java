package io.headrace.worker;

import io.headrace.worker.process.Ended;
import io.headrace.worker.process.Tail;
import io.headrace.worker.process.WaitStatus;
import java.util.Optional;

/**
 * One run of a script for a job, and how it ended.
 *
 * @param stopped why the supervisor ended it, if it did
 * @param waits what its processes waited in then
 * @param outOfMemory whether the kernel killed for lack of memory meanwhile
 */
record Attempt(
    Held held,
    ScriptFile.Version version,
    Ended ended,
    Optional<StoppedFor> stopped,
    String waits,
    boolean outOfMemory,
    Tail stdout,
    Tail stderr) {

  /** Whether it is reported as the death of a worker. */
  boolean isDeath(ExitRules exits) {
    return stopped
        .map(StoppedFor::isDeath)
        .orElseGet(() ->
            switch (ended.status()) {
              case WaitStatus.Killed _ -> true;
              case WaitStatus.Exited(var code) ->
                  code != 0 && exits.of(code) instanceof Ending.Died;
            });
  }
}
