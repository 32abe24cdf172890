package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.TubeName;
import io.headrace.server.PolicyText;
import io.headrace.server.Query;
import io.headrace.server.Wire;
import java.util.List;

/** The part of a connection that submits commands and asks queries, or refuses them. */
abstract class SubmittingSession extends ReplyingSession {
  /** Nothing is decoded until all is answered. */
  boolean gated;

  boolean inputEnded;
  boolean closing;

  private boolean reserving;

  /** When the reserve it waits in ends, in nanoseconds since 1970. */
  private long reserveUntilNs;

  SubmittingSession(BeanstalkProtocol protocol, Wire wire) {
    super(protocol, wire);
  }

  final boolean isReserving() {
    return reserving;
  }

  /** Whether it holds jobs. */
  final boolean isHolding() {
    return isOpen() && loop.queue().isHolding(id());
  }

  /** The jobs that it holds, at most so many. */
  final List<Long> held(int max) {
    return isOpen() ? loop.queue().held(id(), max) : List.of();
  }

  /** Opens the gate. */
  final void openGate() {
    gated = false;
    reserving = false;
  }

  final void put(Command.WithBody put) {
    puts();
    if (protocol.admission.isDraining()) {
      free(put.body());
      refusePut(Word.DRAINING);
    } else {
      submitWithBody(put);
    }
  }

  final void putKeyed(Command.PutKeyed put) {
    if (protocol.admission.hasRoomForKey(BeanstalkReads.used(this, loop.queue()), put.key())) {
      put(put);
    } else {
      free(put.body());
      say(Word.OUT_OF_MEMORY);
    }
  }

  final void died(long job, Body docket) {
    String signature = DocketSignature.of(protocol.bodies, docket);
    submitWithBody(new Command.Died(id(), job, signature, docket));
  }

  final void docket(long job, Body docket) {
    String signature = DocketSignature.of(protocol.bodies, docket);
    submitWithBody(new Command.Docket(id(), job, signature, docket));
  }

  private void submitWithBody(Command.WithBody command) {
    if (protocol.admission.takes(command)) {
      unanswered++;
      loop.submit(this, command);
    } else {
      free(command.body());
      say(Word.OUT_OF_MEMORY);
    }
  }

  private void free(Body body) {
    protocol.bodies.free(body.ref(), body.bytes());
  }

  final void setTube(TubeName tube, String words) {
    try {
      PolicyText.Change change = PolicyText.parse(words);
      submit(Verb.SET_TUBE, new Command.SetPolicy(id(), tube, change.set(), change.cleared()));
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      sayInTurn(() -> encoder.badPolicy(out(), reason));
    }
  }

  /** Refuses a put whose header was good: as in beanstalkd, it has used up an id. */
  final void refusePut(Word word) {
    puts();
    loop.skipId();
    say(word);
  }

  final void reserve(Verb verb, long timeoutNs) {
    reserves();
    if (protocol.admission.isEnding()) {
      protocol.counters.count(verb);
      refuseReserve(timeoutNs);
      return;
    }
    reserving = true;
    reserveUntilNs = timeoutNs == Command.FOREVER ? Long.MAX_VALUE : loop.nowNs() + timeoutNs;
    submitGated(verb, new Command.Reserve(id(), timeoutNs));
    if (inputEnded && reserving) {
      loop.submit(this, new Command.CancelReserve(id()));
    }
  }

  /**
   * The server is about to stop. Who waits for ever has to hear of it too: whoever holds jobs gets
   * the one reply of that reserve that asks to finish them, anybody else is closed.
   */
  private void refuseReserve(long timeoutNs) {
    if (timeoutNs != Command.FOREVER) {
      say(Word.TIMED_OUT);
    } else if (isHolding()) {
      say(Word.DEADLINE_SOON);
    } else {
      closing = true;
    }
  }

  @Override
  public void endWait() {
    if (reserving && !finished) {
      loop.submit(this, new Command.CancelReserve(id()));
    }
  }

  /** A reserve that waits for ever has no time-out but the one of {@link #endWait}. */
  @Override
  protected void answered(Answer answer) {
    boolean cut =
        reserving && answer == Answer.TIMED_OUT && reserveUntilNs == Long.MAX_VALUE && !inputEnded;
    if (!cut) {
      super.answered(answer);
    } else if (isHolding()) {
      super.answered(Answer.DEADLINE_SOON);
    } else {
      closing = true;
      done();
    }
  }

  final void reserveJob(long job) {
    reserves();
    if (job == 0) {
      protocol.counters.count(Verb.RESERVE_JOB);
      say(Word.NOT_FOUND);
    } else {
      submitGated(Verb.RESERVE_JOB, new Command.ReserveJob(id(), job));
    }
  }

  /** Ids begin at 1: nothing is logged for another one. */
  final void submitForJob(Verb verb, Command command, long job) {
    if (job == 0) {
      protocol.counters.count(verb);
      say(Word.NOT_FOUND);
    } else {
      submit(verb, command);
    }
  }

  final void submitGated(Verb verb, Command command) {
    gated = true;
    submit(verb, command);
  }

  final void submit(Verb verb, Command command) {
    protocol.counters.count(verb);
    if (protocol.admission.takes(command)) {
      unanswered++;
      loop.submit(this, command);
    } else {
      reserving = false;
      gated = false;
      say(Word.OUT_OF_MEMORY);
    }
  }

  final void ask(Verb verb, Query query) {
    protocol.counters.count(verb);
    gated = true;
    ask(query);
  }

  /** What was lost is no answer: a reserve goes on waiting, anything else found nothing. */
  @Override
  protected void bodyLost(long job) {
    if (finished) {
      return;
    }
    if (reserving) {
      long leftNs = Math.max(0, reserveUntilNs - loop.nowNs());
      boolean forever = reserveUntilNs == Long.MAX_VALUE && !inputEnded;
      long timeoutNs = inputEnded ? 0 : leftNs;
      loop.submit(this, new Command.Reserve(id(), forever ? Command.FOREVER : timeoutNs));
    } else {
      encoder.word(out(), Word.NOT_FOUND);
      done();
    }
  }
}
