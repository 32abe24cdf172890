package io.headrace.simulator;

import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.Limits;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** All that can be seen of a machine, as text: equal texts mean equal states. */
final class MachineDump {
  private final StringBuilder text = new StringBuilder();
  private final QueueMachine machine;
  private final Function<JobView, byte[]> bodies;
  private final long nowNs;

  private MachineDump(QueueMachine machine, Function<JobView, byte[]> bodies) {
    this.machine = machine;
    this.bodies = bodies;
    this.nowNs = machine.lastStampNs();
  }

  static String of(
      QueueMachine machine, Collection<SessionId> sessions, Function<JobView, byte[]> bodies) {
    MachineDump dump = new MachineDump(machine, bodies);
    dump.totals();
    dump.tubes();
    dump.sessions(sessions);
    return dump.text.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be one more dependency.
  private void line(String format, Object... arguments) {
    text.append(String.format(format, arguments)).append('\n');
  }

  private void totals() {
    line("epoch %d, stamp %d, last job %d", machine.epoch(), nowNs, machine.lastJob());
    line("next deadline %d, unfinished %b", machine.nextDeadlineNs(), machine.unfinished());
    line("%s", machine.totals());
    line("policy %s, window of keys %d", machine.defaultSettings(), machine.keyWindowNs());
    machine.endRecords(Limits.END_RECORDS_MAX).forEach(record -> line("%s", record));
    machine
        .dead(0, Integer.MAX_VALUE, nowNs)
        .forEach(dead ->
            line("dead %d dropped %b %s", dead.job().job(), dead.dropped(), dead.history()));
  }

  private void tubes() {
    List<JobView> jobs = new ArrayList<>();
    for (TubeName tube : machine.tubes()) {
      line("%s", machine.tube(tube, nowNs).orElseThrow());
      for (JobState state : JobState.values()) {
        List<JobView> inOrder = machine.jobs(tube, state, Integer.MAX_VALUE, nowNs);
        line("  %s %s", state, inOrder.stream().map(JobView::job).toList());
        jobs.addAll(inOrder);
      }
    }
    jobs.sort(Comparator.comparingLong(JobView::job));
    jobs.forEach(this::job);
  }

  private void job(JobView job) {
    line(
        "job %d in %s %s pri %d age %d delay %d ttr %d left %d, %d+%d+%d+%d+%d, %d bytes %08x,"
            + " %s, %d deaths, %d strikes, %d excused, %s at %d from %s",
        job.job(),
        job.tube(),
        job.state(),
        job.priority(),
        job.ageNs(),
        job.delayNs(),
        job.ttrNs(),
        job.timeLeftNs(),
        job.reserves(),
        job.timeouts(),
        job.releases(),
        job.buries(),
        job.kicks(),
        job.body().bytes(),
        job.body().crc32c(),
        job.standing(),
        job.deaths(),
        job.strikes(),
        job.excused(),
        job.cause(),
        job.endedNs(),
        job.origin());
    machine.history(job.job()).ifPresent(history -> line("  %s", history));
    text.append(new String(bodies.apply(job), StandardCharsets.ISO_8859_1)).append('\n');
  }

  private void sessions(Collection<SessionId> sessions) {
    for (SessionId session : sessions) {
      line(
          "session %d.%d uses %s watches %s waits %b",
          session.epoch(),
          session.number(),
          machine.used(session),
          machine.watched(session),
          machine.isWaiting(session));
    }
  }
}
