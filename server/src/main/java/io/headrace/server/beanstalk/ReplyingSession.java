package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import io.headrace.server.ClientFault;
import io.headrace.server.PolicyText;
import io.headrace.server.Query;
import io.headrace.server.QueueLoop;
import io.headrace.server.Session;
import io.headrace.server.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The half of a connection that speaks: turns answers into replies, one a request and in order. */
abstract class ReplyingSession extends Session {
  final BeanstalkProtocol protocol;
  final QueueLoop loop;
  final BeanstalkEncoder encoder;
  final Wire wire;

  /** Requests that were submitted and not answered. */
  int unanswered;

  /** A costly query that was made and waits for its turn; nothing is decoded meanwhile. */
  private Optional<Query> parked = Optional.empty();

  /** How often the client has said what cannot be understood. */
  long faultsSeen;

  /** Closed from here, or gone: nothing more is said. */
  boolean finished;

  /** Whether this turn's replies are waiting to be sent. */
  boolean replied;

  /** It is finished but for replies that may not be sent yet. */
  boolean closesWhenSent;

  ReplyingSession(BeanstalkProtocol protocol, Wire wire) {
    this.protocol = protocol;
    this.wire = wire;
    loop = protocol.loop;
    encoder = protocol.encoder;
  }

  /** All that was submitted is answered. */
  abstract void allAnswered();

  @Override
  protected void flush() {
    if (!finished) {
      replied = false;
      wire.flush();
    } else if (closesWhenSent) {
      wire.close();
    }
  }

  final void count(ClientFault what) {
    faultsSeen++;
    protocol.faults.count(what);
  }

  final void fault(ClientFault what, Word reply) {
    count(what);
    say(reply);
  }

  /** Says a word in its place: at once, or when all that was asked before is answered. */
  final void say(Word word) {
    if (unanswered == 0) {
      encoder.word(out(), word);
    } else {
      sayInTurn(() -> encoder.word(out(), word));
    }
  }

  final void sayInTurn(Runnable reply) {
    unanswered++;
    loop.ask(this, new Query.Say(reply));
  }

  /** Asks, or waits for its turn where all together have asked enough. */
  final void ask(Query query) {
    unanswered++;
    askOrWait(query);
  }

  /** Asks what has waited for its turn, if something has. */
  final void askParked() {
    var query = parked;
    parked = Optional.empty();
    query.ifPresent(this::askOrWait);
  }

  private void askOrWait(Query query) {
    if (query.isCostly() && loop.hasBeenAskedEnough()) {
      parked = Optional.of(query);
      loop.askLater(this);
    } else {
      loop.ask(this, query);
    }
  }

  /** The buffer for a reply; it is sent at the end of the turn. */
  final ByteBuf out() {
    if (!replied) {
      replied = true;
      loop.flushLater(this);
    }
    return wire.out();
  }

  /** Notes that a request was answered. */
  final void done() {
    unanswered--;
    if (unanswered == 0) {
      allAnswered();
    }
  }

  @Override
  protected void answered(Answer answer) {
    if (!finished) {
      encoder.word(out(), Word.of(answer));
      done();
    }
  }

  @Override
  protected void policyRefused(PolicyFault fault) {
    if (!finished) {
      encoder.badPolicy(out(), PolicyText.reason(fault));
      done();
    }
  }

  @Override
  protected void inserted(long job) {
    if (!finished) {
      encoder.inserted(out(), job);
      done();
    }
  }

  @Override
  protected void known(long job) {
    if (!finished) {
      encoder.known(out(), job);
      done();
    }
  }

  @Override
  protected void using(TubeName tube) {
    if (!finished) {
      encoder.using(out(), tube);
      done();
    }
  }

  @Override
  protected void watching(int tubes) {
    if (!finished) {
      encoder.watching(out(), tubes);
      done();
    }
  }

  @Override
  protected void reserved(long job, long bodyRef, int bodyBytes) {
    if (!finished) {
      encoder.reserved(out(), job, bodyRef, bodyBytes);
      done();
    }
  }

  @Override
  protected void found(long job, long bodyRef, int bodyBytes) {
    if (!finished) {
      encoder.found(out(), job, bodyRef, bodyBytes);
      done();
    }
  }

  @Override
  protected void kicked(long jobs) {
    if (!finished) {
      encoder.kicked(out(), jobs);
      done();
    }
  }

  @Override
  protected void cleared(long jobs) {
    if (!finished) {
      encoder.cleared(out(), jobs);
      done();
    }
  }

  @Override
  protected void read(Query query, QueueMachine machine, long nowNs) {
    if (!finished) {
      if (protocol.reads.answer(query, this, machine, nowNs)) {
        done();
      }
    }
  }
}
