package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.JournalException;
import io.headrace.journal.Room;
import io.headrace.queue.Body;
import io.headrace.queue.JobView;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.server.Admission;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.LogFacts;
import io.headrace.server.QueueLoop;
import io.headrace.server.TurnTimes;
import io.headrace.server.beanstalk.BeanstalkProtocol;
import io.headrace.server.beanstalk.CpuTimes;
import io.headrace.server.beanstalk.ServerFacts;
import io.headrace.server.captures.FlightRecorder;
import io.headrace.server.captures.RecorderOptions;
import io.headrace.server.captures.Recording;
import io.headrace.simulator.Reference.Reply;
import java.util.Optional;
import java.util.function.LongConsumer;

/** One start of the server: all of it the product's own, from the wire to the journal's files. */
final class SimServer {
  /** Opens a log over a disk, bringing the machine to where the log ends. */
  interface LogOpener {
    CommandLog open(BodyStore bodies, QueueMachine machine, Runnable wake);
  }

  private final Scenario scenario;
  private final History history;
  private final SimLoopThread thread;
  private final QueueMachine machine = new QueueMachine();
  private final BodyStore bodies;
  private final FakeDisk disk;
  private final CommandLog log;
  private final Reference reference;
  private final QueueLoop loop;
  private final BeanstalkProtocol protocol;
  private final FlightRecorder recorder = new FlightRecorder(RecorderOptions.standard());
  private Optional<JournalException> failure = Optional.empty();
  private int connections;
  private boolean sweeping;

  /**
   * Opens the log, and judges what was recovered.
   *
   * @param ended told of each job that a policy has ended for good
   */
  SimServer(
      Scenario scenario,
      SimClock clock,
      History history,
      FakeDisk disk,
      long atLeast,
      LongConsumer ended,
      LogOpener opener) {
    this.scenario = scenario;
    this.history = history;
    this.disk = disk;
    bodies = StoryMemory.offHeap(scenario.memoryBytes(), RequestMix.JOB_BYTES_MAX);
    thread = new SimLoopThread(clock);
    // The loop is there before anybody can be woken by the log.
    QueueLoop[] woken = new QueueLoop[1];
    CommandLog opened =
        opener.open(
            bodies,
            machine,
            () ->
                thread.execute(() -> {
                  if (woken[0] != null) {
                    woken[0].wake();
                  }
                }));
    long recovered = opened.safeIndex();
    Violation.unless(
        recovered >= atLeast, "G1: entry %d was safe; %d were recovered", atLeast, recovered);
    Violation.unless(
        recovered <= history.last(), "%d entries were recovered of %d", recovered, history.last());
    history.cut(recovered);
    reference = new Reference(history, ended);
    checkState();
    log = new RecordingLog(opened, bodies, history, clock);
    loop =
        new QueueLoop(machine, log, bodies, thread, clock.wallNs(), e -> failure = Optional.of(e));
    woken[0] = loop;
    protocol =
        new BeanstalkProtocol(
            loop,
            bodies,
            new Admission(log, bodies, machine, Integer.MAX_VALUE, Integer.MAX_VALUE),
            new ServerFacts(
                "0",
                "0123456789abcdef",
                1,
                "simulated",
                "none",
                "none",
                CpuTimes.NONE,
                new TurnTimes(),
                _ -> 0,
                () -> ConnectionNumbers.NONE),
            LogFacts.NONE,
            RequestMix.JOB_BYTES_MAX);
    loop.start(PolicySettings.NONE, scenario.keyWindowNs());
  }

  SimLoopThread thread() {
    return thread;
  }

  History history() {
    return history;
  }

  QueueMachine machine() {
    return machine;
  }

  BodyStore bodies() {
    return bodies;
  }

  SimConnection connect() {
    return new SimConnection(this, protocol, ++connections);
  }

  /** What the last bytes of a new connection are remembered in. */
  Recording newRecording() {
    return recorder.open();
  }

  /** Has it look, as it does about once a second, after commands that are not completed. */
  void sweep() {
    thread.execute(this::sweepSome);
  }

  private void sweepSome() {
    loop.asked();
    sweeping = true;
    boolean more = protocol.sweep();
    sweeping = false;
    if (more) {
      thread.executeAfterReads(this::sweepSome);
    }
  }

  /** Whether it closes connections just now whose commands are not completed in time. */
  boolean isSweeping() {
    return sweeping;
  }

  Optional<JournalException> failure() {
    return failure;
  }

  /** Ends the process in good order. */
  void close() {
    loop.close();
  }

  /** Gives memory back when the process is no more. */
  void forget() {
    bodies.close();
  }

  /** What the log takes now. */
  Room room() {
    return log.room();
  }

  long liveJobs() {
    var totals = machine.totals();
    return totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
  }

  Scenario scenario() {
    return scenario;
  }

  /** Whether requests may be refused for want of room. */
  boolean mayRefuse() {
    return scenario.faults().fillTheDisk() || scenario.isShortOfMemory();
  }

  void repliesAreAllowed() {
    Violation.unless(failure.isEmpty(), "G1: a reply is sent after the journal has failed");
    Violation.unless(log.mayTell(), "G1: a reply is sent before the log allows it");
  }

  /** The next reply to a logged command that this session is owed. */
  Optional<Reply> owed(SessionId session, String line) {
    reference.advanceTo(history.safe());
    return reference.nextReply(session, line);
  }

  /** Whether the next reply to a logged command of this session is this line. */
  boolean owes(SessionId session, String line) {
    reference.advanceTo(history.safe());
    return reference.peekReply(session).filter(reply -> reply.line().equals(line)).isPresent();
  }

  /** Has everybody know which jobs policies have ended so far. */
  void tellOfEnds() {
    reference.advanceTo(history.safe());
  }

  /** Compares the machine with one that was given the same entries. */
  void checkState() {
    reference.advanceTo(history.safe());
    reference.check();
    machine.validate();
    String live = dump();
    String replayed = reference.dump();
    if (!live.equals(replayed)) {
      throw new Violation(
          "the live state and the replayed one differ: " + firstDifference(live, replayed));
    }
  }

  /** All that can be seen of the machine. */
  String dump() {
    reference.advanceTo(history.safe());
    return MachineDump.of(machine, reference.state().sessions.keySet(), this::bodyOf);
  }

  private byte[] bodyOf(JobView job) {
    if (Body.isSpilled(job.body().ref())) {
      return disk.bodyOf(job.body());
    }
    byte[] bytes = RecordingLog.bytesOf(bodies, job.body());
    Violation.unless(
        bodies.crc32c(job.body().ref(), bytes.length) == job.body().crc32c(),
        "the body of job %d has another checksum",
        job.job());
    return bytes;
  }

  private static String firstDifference(String live, String replayed) {
    String[] a = live.split("\n", -1);
    String[] b = replayed.split("\n", -1);
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      if (!a[i].equals(b[i])) {
        return "\n  live     " + a[i] + "\n  replayed " + b[i];
      }
    }
    return a.length + " lines against " + b.length;
  }
}
