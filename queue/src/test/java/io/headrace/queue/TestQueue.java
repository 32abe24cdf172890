package io.headrace.queue;

import io.headrace.queue.model.Effect;
import io.headrace.queue.model.EffectList;
import java.util.ArrayList;
import java.util.List;

/** A machine with three sessions and a clock; logs what the server's loop would log. */
final class TestQueue {
  static final SessionId A = new SessionId(1, 1);
  static final SessionId B = new SessionId(1, 2);
  static final SessionId C = new SessionId(1, 3);
  static final TubeName MAIL = TubeName.of("mail");
  static final TubeName FILM = TubeName.of("film");
  static final long SECOND_NS = 1_000_000_000L;

  /** A TTR too long to matter. */
  static final long LONG_NS = 1_000 * SECOND_NS;

  /** Far more entries than any command of these tests needs. */
  private static final int ENTRIES_MAX = 100;

  final QueueMachine machine = new QueueMachine();
  private final EffectList effects = new EffectList();
  private long nowNs = 1_790_000_000L * SECOND_NS;
  private long bodies;

  TestQueue() {
    entry(new Command.Restart(1));
    List.of(A, B, C).forEach(session -> entry(new Command.SessionOpen(session, "")));
  }

  static Effect said(SessionId to, Answer answer) {
    return new Effect.Said(to, answer);
  }

  long nowNs() {
    return nowNs;
  }

  /** Logs one entry. */
  List<Effect> entry(Command command) {
    machine.apply(nowNs, command, effects);
    return effects.take();
  }

  /** Logs the command, then all that follows from it at this moment. */
  List<Effect> apply(Command command) {
    List<Effect> all = new ArrayList<>(entry(command));
    for (int i = 0; machine.unfinished() || machine.nextDeadlineNs() <= nowNs; i++) {
      Invariant.check(i < ENTRIES_MAX, "a command comes to an end");
      all.addAll(entry(machine.unfinished() ? new Command.Continue() : new Command.Tick()));
    }
    machine.validate();
    return List.copyOf(all);
  }

  /** Time goes by, and a Tick comes whenever something is due. */
  List<Effect> pass(long timeNs) {
    long endNs = nowNs + timeNs;
    List<Effect> all = new ArrayList<>();
    while (machine.nextDeadlineNs() <= endNs) {
      nowNs = machine.nextDeadlineNs();
      all.addAll(apply(new Command.Tick()));
    }
    nowNs = endNs;
    all.addAll(apply(new Command.Tick()));
    return List.copyOf(all);
  }

  /** Time goes by, but nobody says so until the next command. */
  void passUnseen(long timeNs) {
    nowNs += timeNs;
  }

  /** Puts into the session's tube, ready at once; returns the id. */
  long put(SessionId by) {
    return put(by, 10);
  }

  long put(SessionId by, long priority) {
    return put(by, priority, 0, LONG_NS);
  }

  long put(SessionId by, long priority, long delayNs, long ttrNs) {
    entry(new Command.Put(by, priority, delayNs, ttrNs, body(4)));
    machine.validate();
    return machine.lastJob();
  }

  /** Puts into this tube. */
  long putInto(TubeName tube, long priority) {
    TubeName before = machine.used(A);
    entry(new Command.Use(A, tube));
    long job = put(A, priority);
    entry(new Command.Use(A, before));
    return job;
  }

  Body body(int bytes) {
    bodies++;
    return new Body(bodies, bytes, (int) bodies);
  }

  /** Reserves without waiting; there must be a job. */
  long take(SessionId by) {
    return reservedJobs(apply(new Command.Reserve(by, 0))).getFirst();
  }

  /** Puts a job and buries it. */
  long putBuried(SessionId by) {
    long job = put(by);
    apply(new Command.ReserveJob(by, job));
    apply(new Command.Bury(by, job, 10));
    return job;
  }

  /** The session begins to wait in a reserve. */
  void startWaiting(SessionId by) {
    List<Effect> answered = apply(new Command.Reserve(by, Command.FOREVER));
    Invariant.check(answered.isEmpty(), "nobody answers yet: " + answered);
  }

  JobView job(long job) {
    return machine.job(job, nowNs).orElseThrow();
  }

  TubeView tube(TubeName tube) {
    return machine.tube(tube, nowNs).orElseThrow();
  }

  static List<Long> reservedJobs(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Reserved.class::isInstance)
        .map(effect -> ((Effect.Reserved) effect).job())
        .toList();
  }

  static List<SessionId> told(List<Effect> effects) {
    return effects.stream().map(Effect::to).filter(to -> !to.equals(Effect.NOBODY)).toList();
  }
}
