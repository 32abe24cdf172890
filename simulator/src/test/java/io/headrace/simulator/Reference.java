package io.headrace.simulator;

import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Effects;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobView;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.server.PolicyText;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A machine that is given exactly the entries of the history, one after the other, with an auditor
 * looking on. What it answers is what the server must have replied.
 */
final class Reference {
  /**
   * A reply that the server owes.
   *
   * @param line without its CRLF
   * @param body what follows the line of a reserved job
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  record Reply(String line, byte[] body) {}

  private final History history;
  private final LongConsumer ended;
  private final QueueMachine machine = new QueueMachine();
  private final Auditor auditor = new Auditor();
  private final Effects effects = new Scribe();
  private final Map<Long, byte[]> bodies = new HashMap<>();
  private final Map<SessionId, ArrayDeque<Reply>> replies = new HashMap<>();
  private final Set<Long> damaged = new HashSet<>();
  private long applied;

  /** Is told of each job that a policy has ended for good. */
  Reference(History history, LongConsumer ended) {
    this.history = history;
    this.ended = ended;
  }

  QueueMachine machine() {
    return machine;
  }

  AuditedState state() {
    return auditor.state;
  }

  long applied() {
    return applied;
  }

  void advanceTo(long index) {
    while (applied < index) {
      apply(history.get(++applied));
    }
  }

  private void apply(Entry entry) {
    Command command = entry.command();
    if (command instanceof Command.WithBody bringing) {
      bodies.put(entry.index(), entry.body());
      int crc32c = bringing.body().crc32c();
      command = bringing.withBody(new Body(entry.index(), entry.body().length, crc32c));
    }
    if (command instanceof Command.BodyDamaged(var job)) {
      damaged.add(job);
    }
    auditor.begin(entry.stampNs(), command);
    machine.apply(entry.stampNs(), command, effects);
    auditor.end(machine);
    Violation.unless(
        bodies.size() == auditor.state.bodies(),
        "%d bodies are kept for %d jobs and dockets",
        bodies.size(),
        auditor.state.bodies());
  }

  /** Compares the machine with the auditor's books, and checks its insides. */
  void check() {
    new AuditedComparison(auditor.state, machine).compare();
    machine.validate();
  }

  String dump() {
    return MachineDump.of(machine, auditor.state.sessions.keySet(), this::bodyOf);
  }

  private byte[] bodyOf(JobView job) {
    return bodies.getOrDefault(job.body().ref(), new byte[0]);
  }

  /**
   * Takes the next reply that a session is owed. A job whose body was found damaged is not handed
   * out, though the queue had done so, nor is one that has ended before its body was read back:
   * then the reserve goes on, and reserve-job finds nothing.
   *
   * @param line the reply that has come
   */
  Optional<Reply> nextReply(SessionId session, String line) {
    ArrayDeque<Reply> owed = replies.computeIfAbsent(session, _ -> new ArrayDeque<>());
    while (!owed.isEmpty() && isLost(owed.element()) && !owed.element().line.equals(line)) {
      owed.remove();
      if (line.equals("NOT_FOUND")) {
        return Optional.of(new Reply(line, new byte[0]));
      }
    }
    return Optional.ofNullable(owed.poll());
  }

  private boolean isLost(Reply reply) {
    String[] words = reply.line.split(" ", -1);
    if (!words[0].equals("RESERVED")) {
      return false;
    }
    long job = Long.parseLong(words[1]);
    return damaged.contains(job) || auditor.state.job(job).isEmpty();
  }

  /** Looks at the next reply that a session is owed. */
  Optional<Reply> peekReply(SessionId session) {
    ArrayDeque<Reply> owed = replies.get(session);
    return owed == null ? Optional.empty() : Optional.ofNullable(owed.peek());
  }

  /** The word that goes over the wire. */
  private static String word(Answer answer) {
    return switch (answer) {
      case JOB_KICKED -> "KICKED";
      case POLICY_SET -> "SET";
      case JOB_RETRIED -> "RETRIED";
      case JOB_DROPPED -> "DROPPED";
      case DOCKET_KEPT -> "KEPT";
      case JOB_UNDROPPED -> "UNDROPPED";
      case DELETED,
          RELEASED,
          BURIED,
          TOUCHED,
          PAUSED,
          NOT_FOUND,
          NOT_IGNORED,
          DEADLINE_SOON,
          TIMED_OUT,
          OUT_OF_MEMORY,
          DIED ->
          answer.name();
    };
  }

  /** Writes the replies down after the auditor has seen the effects. */
  private final class Scribe implements Effects {
    private void owe(SessionId to, String line, byte[] body) {
      replies.computeIfAbsent(to, _ -> new ArrayDeque<>()).add(new Reply(line, body));
    }

    private void owe(SessionId to, String line) {
      owe(to, line, new byte[0]);
    }

    @Override
    public void answer(SessionId to, Answer answer) {
      auditor.answer(to, answer);
      owe(to, word(answer));
    }

    @Override
    public void inserted(SessionId to, long job) {
      auditor.inserted(to, job);
      owe(to, "INSERTED " + job);
    }

    @Override
    public void known(SessionId to, long job) {
      auditor.known(to, job);
      owe(to, "KNOWN " + job);
    }

    @Override
    public void using(SessionId to, TubeName tube) {
      auditor.using(to, tube);
      owe(to, "USING " + tube);
    }

    @Override
    public void watching(SessionId to, int tubes) {
      auditor.watching(to, tubes);
      owe(to, "WATCHING " + tubes);
    }

    @Override
    public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
      auditor.reserved(to, job, bodyRef, bodyBytes);
      byte[] body = bodies.getOrDefault(bodyRef, new byte[0]);
      Violation.unless(body.length == bodyBytes, "job %d has another body", job);
      owe(to, "RESERVED " + job + " " + bodyBytes, body);
    }

    @Override
    public void kicked(SessionId to, long jobs) {
      auditor.kicked(to, jobs);
      owe(to, "KICKED " + jobs);
    }

    @Override
    public void cleared(SessionId to, long jobs) {
      auditor.cleared(to, jobs);
      owe(to, "CLEARED " + jobs);
    }

    @Override
    public void policyRefused(SessionId to, PolicyFault fault) {
      auditor.policyRefused(to, fault);
      owe(to, "BAD_POLICY " + PolicyText.reason(fault));
    }

    @Override
    public void attemptBegan(TubeName tube, long waitedNs) {
      auditor.attemptBegan(tube, waitedNs);
    }

    @Override
    public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {
      auditor.attemptEnded(tube, how, ranNs);
    }

    @Override
    public void attemptTimedOut(SessionId holder, long job) {
      auditor.attemptTimedOut(holder, job);
    }

    @Override
    public void jobEnded(long job, TubeName tube, EndCause cause, OnEnd done) {
      auditor.jobEnded(job, tube, cause, done);
      if (done == OnEnd.DROP) {
        ended.accept(job);
      }
    }

    @Override
    public void jobStruggles(long job, TubeName tube) {
      auditor.jobStruggles(job, tube);
    }

    @Override
    public void tubeSick(TubeName tube, boolean sick, long beganNs, String host) {
      auditor.tubeSick(tube, sick, beganNs, host);
    }

    @Override
    public void bodyFreed(long bodyRef, int bodyBytes) {
      byte[] freed = bodies.remove(bodyRef);
      Violation.unless(
          freed != null && freed.length == bodyBytes, "body %d is freed twice", bodyRef);
    }
  }
}
