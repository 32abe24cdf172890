package io.headrace.journal;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.queue.UnheardEffects;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A machine behind a journal, driven as the server's loop does it, on the test's own thread. */
final class Shell implements AutoCloseable {
  private static final long SECOND_NS = 1_000_000_000L;

  final BodyStore bodies = BodyStore.offHeap(1L << 30, 1);
  final QueueMachine machine = new QueueMachine();
  final List<String> notices = new ArrayList<>();
  final Semaphore woken = new Semaphore(0);
  final Journal journal;
  private final JournalThread forces;
  private final JournalThread chores;
  final Recorder effects = new Recorder();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  SessionId session = new SessionId(1, 1);
  private long stampNs;
  long appliedIndex;

  /** What was appended, for tests that replay it. */
  List<Logged> logged = new ArrayList<>();

  /** The last entry that was given to the log. */
  long appendedIndex;

  /** The last entry that must be forced and whose effects were shown. */
  long acknowledgedIndex;

  /** Applied, and to be acknowledged once the log lets it be told. */
  private long toAcknowledge;

  private record Pending(long index, long stampNs, Command command) {}

  record Logged(long stampNs, Command command) {}

  /** Remembers the last answers. */
  final class Recorder extends UnheardEffects {
    long lastJob;
    Answer lastAnswer = Answer.NOT_FOUND;
    long lastReserved;

    @Override
    public void answer(SessionId to, Answer answer) {
      lastAnswer = answer;
    }

    @Override
    public void inserted(SessionId to, long job) {
      lastJob = job;
    }

    @Override
    public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
      lastReserved = job;
    }

    @Override
    public void bodyFreed(long bodyRef, int bodyBytes) {
      bodies.free(bodyRef, bodyBytes);
    }
  }

  Shell(Disk disk, JournalOptions options) {
    this(disk, options, JournalThread.platform("forces"), JournalThread.platform("chores"));
  }

  Shell(Disk disk, JournalOptions options, JournalThread forces, JournalThread chores) {
    this.forces = forces;
    this.chores = chores;
    RecoveryListener listener =
        new RecoveryListener() {
          @Override
          public void progress(long doneBytes, long ofBytes, long entries, long jobs) {}

          @Override
          public void notice(String message) {
            notices.add(message);
          }
        };
    journal =
        Journal.open(
            options,
            disk,
            bodies,
            machine,
            listener,
            new JournalThreads(forces, chores, chores),
            System::nanoTime,
            woken::release);
    stampNs = Math.max(machine.lastStampNs(), 1_700_000_000L * SECOND_NS);
    appliedIndex = journal.safeIndex();
  }

  /** Begins a new epoch with one session, as a server does after recovery. */
  Shell start() {
    int epoch = machine.epoch() + 1;
    session = new SessionId(epoch, 1);
    submit(new Command.Restart(epoch));
    submit(new Command.SessionOpen(session, ""));
    return this;
  }

  void submit(Command command) {
    stampNs += 1000;
    long index = journal.append(stampNs, command);
    pending.add(new Pending(index, stampNs, command));
    appendedIndex = index;
    logged.add(new Logged(stampNs, command));
  }

  void put(byte[] body, long delayNs) {
    submit(newPut(body, delayNs));
  }

  void putKeyed(byte[] body, String key) {
    submit(new Command.PutKeyed(newPut(body, 0), key));
  }

  private Command.Put newPut(byte[] body, long delayNs) {
    if (journal.isCrowded()) {
      turnUntil(() -> !journal.isCrowded());
    }
    long ref = bodies.allocate(body.length);
    bodies.write(ref, 0, ByteBuffer.wrap(body));
    int crc = bodies.crc32c(ref, body.length);
    return new Command.Put(session, 100, delayNs, 60 * SECOND_NS, new Body(ref, body.length, crc));
  }

  long putNow(String body) {
    put(body.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0);
    settle();
    return effects.lastJob;
  }

  Answer delete(long job) {
    submit(new Command.Delete(session, job));
    settle();
    return effects.lastAnswer;
  }

  /** One turn of the loop. */
  void turn() {
    journal.flush();
    while (!pending.isEmpty() && pending.getFirst().index <= journal.safeIndex()) {
      Pending entry = pending.removeFirst();
      machine.apply(entry.stampNs, entry.command, effects);
      appliedIndex = entry.index;
      if (CommandCodec.mustBeForced(entry.command)) {
        toAcknowledge = entry.index;
      }
    }
    if (journal.mayTell()) {
      acknowledgedIndex = toAcknowledge;
    }
    journal.housekeep(machine, 500_000);
  }

  /** Turns until everything submitted is applied. */
  void settle() {
    turnUntil(pending::isEmpty);
  }

  /** Turns until a condition holds. */
  void turnUntil(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30 * SECOND_NS;
    turn();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not happen within 30 s");
      }
      await();
      turn();
    }
  }

  private void await() {
    if (forces instanceof ManualThread byHand) {
      byHand.join();
    }
    if (chores instanceof ManualThread byHand) {
      byHand.join();
    }
    try {
      if (woken.tryAcquire(2, TimeUnit.MILLISECONDS)) {
        woken.drainPermits();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** All state there is, bodies included, without where they lie. */
  Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    state.put("lastJob", Long.toString(machine.lastJob()));
    for (TubeName tube : machine.tubes()) {
      for (JobState in : JobState.values()) {
        for (JobView job : machine.jobs(tube, in, Integer.MAX_VALUE, stampNs)) {
          byte[] body = body(job.body());
          state.put(
              "job " + job.job(),
              tube
                  + " "
                  + in
                  + " "
                  + job.priority()
                  + " "
                  + job.reserves()
                  + " "
                  + body.length
                  + " "
                  + Arrays.hashCode(body));
        }
      }
    }
    return state;
  }

  private byte[] body(Body body) {
    ByteBuffer bytes = ByteBuffer.allocate(body.bytes());
    bodies.read(body.ref(), 0, body.bytes(), bytes);
    return bytes.array();
  }

  /** Checks every body in memory against its checksum. */
  void checkBodies() {
    for (TubeName tube : machine.tubes()) {
      for (JobState in : JobState.values()) {
        for (JobView job : machine.jobs(tube, in, Integer.MAX_VALUE, stampNs)) {
          Body body = job.body();
          if (bodies.crc32c(body.ref(), body.bytes()) != body.crc32c()) {
            throw new AssertionError("the body of job " + job.job() + " differs");
          }
        }
      }
    }
  }

  /** Everything that can be seen of a machine, one line each, but for where bodies lie. */
  static List<String> describe(QueueMachine machine) {
    long now = machine.lastStampNs();
    List<String> lines = new ArrayList<>();
    lines.add("epoch " + machine.epoch() + " stamp " + now + " job " + machine.lastJob());
    lines.add("deadline " + machine.nextDeadlineNs() + " unfinished " + machine.unfinished());
    lines.add(machine.totals().toString());
    for (TubeName tube : machine.tubes()) {
      lines.add(machine.tube(tube, now).orElseThrow().toString());
      for (JobState in : JobState.values()) {
        for (JobView job : machine.jobs(tube, in, Integer.MAX_VALUE, now)) {
          lines.add(job.toString().replaceAll("ref=\\d+", "ref"));
        }
      }
    }
    return lines;
  }

  @Override
  public void close() {
    journal.close();
    bodies.close();
  }
}
