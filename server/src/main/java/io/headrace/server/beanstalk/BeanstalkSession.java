package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.TubeName;
import io.headrace.server.Conversation;
import io.headrace.server.Loss;
import io.headrace.server.PolicyText;
import io.headrace.server.Query;
import io.headrace.server.QueueLoop;
import io.headrace.server.Session;
import io.headrace.server.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * One connection that speaks the beanstalk protocol: turns requests into commands and answers into
 * replies, one a request and in order.
 *
 * <p>Decoding stops (the <i>gate</i>) after a request whose answer may come late, or may be large,
 * until it is answered; while the peer does not take its replies; and while the loop is full. What
 * comes meanwhile is saved, and beyond {@link #SAVED_BYTES_MAX} left in the kernel.
 */
final class BeanstalkSession extends Session implements Conversation {
  /**
   * Saved bytes, with which reading stops. At most one receive buffer more is saved, since that
   * much may come at once.
   */
  static final int SAVED_BYTES_MAX = 64 * 1024;

  /** Unsent replies, in bytes, that are sent before more are made, though the turn is not over. */
  static final int REPLIES_BYTES_MAX = 64 * 1024;

  private final BeanstalkProtocol protocol;
  private final QueueLoop loop;
  private final BeanstalkEncoder encoder;
  private final Wire wire;
  private final BeanstalkDecoder decoder;
  final Evidence evidence;
  private final SavedInput saved = new SavedInput();

  /** Requests that were submitted and not answered. */
  private int unanswered;

  private boolean gated;
  private boolean reserving;

  /** When the reserve it waits in ends, in nanoseconds since 1970. */
  private long reserveUntilNs;

  private boolean decoding;
  private boolean readingStopped;
  private boolean inputEnded;
  private boolean closing;
  private boolean quit;

  /** Closed from here, or gone: nothing more is said. */
  private boolean finished;

  /** Whether this turn's replies are waiting to be sent. */
  private boolean replied;

  BeanstalkSession(BeanstalkProtocol protocol, Wire wire) {
    this.protocol = protocol;
    this.wire = wire;
    loop = protocol.loop;
    encoder = protocol.encoder;
    evidence = new Evidence(protocol, this, wire);
    decoder = protocol.newDecoder(evidence);
  }

  @Override
  public void received(ByteBuf bytes) {
    if (closing || finished) {
      return;
    }
    loop.arrived();
    if (saved.isEmpty()) {
      decode(bytes);
    }
    if (bytes.isReadable() && !closing) {
      saved.add(bytes);
      if (saved.size() >= SAVED_BYTES_MAX && !readingStopped) {
        readingStopped = true;
        wire.reading(false);
      }
    }
    closeWhenDone();
  }

  @Override
  public void inputEnded() {
    inputEnded = true;
    if (reserving) {
      loop.submit(this, new Command.CancelReserve(id()));
    }
    closeWhenDone();
  }

  @Override
  public void writable() {
    loop.resumeLater(this);
  }

  @Override
  public void disconnected(Loss how) {
    finished = true;
    decoder.release();
    saved.clear();
    SessionEnd end = quit ? SessionEnd.QUIT : how.end(inputEnded);
    evidence.ended(end);
    loop.disconnect(this, end);
  }

  @Override
  protected void resume() {
    if (finished || (closing && unanswered > 0)) {
      return;
    }
    if (!saved.isEmpty()) {
      decode(saved.bytes());
      saved.trim();
    }
    if (readingStopped && saved.isEmpty() && !closing) {
      readingStopped = false;
      wire.reading(true);
    }
    closeWhenDone();
  }

  @Override
  protected void flush() {
    if (!finished) {
      replied = false;
      wire.flush();
    }
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      closing = true;
      saved.clear();
      wire.close();
    }
  }

  @Override
  public String peer() {
    return wire.peer();
  }

  @Override
  public boolean isWaiting() {
    return reserving;
  }

  private void decode(ByteBuf in) {
    decoding = true;
    while (mayDecode()) {
      Verb verb = decoder.next(in);
      if (verb == Verb.INCOMPLETE) {
        break;
      }
      handle(verb);
    }
    decoding = false;
    if (!in.isReadable() && decoder.isBetweenRequests()) {
      wire.recording().betweenRequests();
    }
  }

  private boolean mayDecode() {
    if (gated || closing) {
      return false;
    }
    if (loop.isFull()) {
      loop.resumeLater(this);
      return false;
    }
    if (replied && wire.out().readableBytes() >= REPLIES_BYTES_MAX) {
      replied = false;
      wire.flush();
    }
    return wire.isWritable();
  }

  /** Closes once everything that came before the end, or before quit, is answered. */
  private void closeWhenDone() {
    boolean ended = inputEnded && saved.isEmpty() && !decoding;
    if ((ended || closing) && unanswered == 0) {
      close();
    }
  }

  private void handle(Verb verb) {
    RequestLine request = decoder.request();
    switch (verb) {
      case INCOMPLETE -> {}
      case BAD_FORMAT -> say(Word.BAD_FORMAT);
      case UNKNOWN_COMMAND -> say(Word.UNKNOWN_COMMAND);
      case PUT -> put(decoder.takeBody());
      case PUT_WITHOUT_CRLF -> refusePut(Word.EXPECTED_CRLF);
      case PUT_TOO_BIG -> say(Word.JOB_TOO_BIG);
      case PUT_WITHOUT_ROOM -> say(Word.OUT_OF_MEMORY);
      case DELETE, RELEASE, BURY, TOUCH, KICK_JOB, RETRY_JOB, DROP_JOB, UNDROP_JOB ->
          submitForJob(verb, JobCommands.of(verb, id(), request), request.job());
      case RESERVE_JOB -> reserveJob(request.job());
      case RESERVE -> reserve(verb, Command.FOREVER);
      case RESERVE_WITH_TIMEOUT -> reserve(verb, request.number());
      case USE -> submit(verb, new Command.Use(id(), request.tube()));
      case WATCH -> submit(verb, new Command.Watch(id(), request.tube()));
      case IGNORE -> submit(verb, new Command.Ignore(id(), request.tube()));
      case PAUSE_TUBE ->
          submit(verb, new Command.PauseTube(id(), request.tube(), request.delayNs()));
      case KICK -> submitGated(verb, new Command.Kick(id(), request.number()));
      case CLEAR_TUBE -> submitGated(verb, new Command.ClearTube(id(), request.tube()));
      case DIED -> died(decoder.deadJob(), decoder.takeBody());
      case SET_TUBE -> setTube(request.tube(), request.words());
      case PEEK,
          PEEK_READY,
          PEEK_DELAYED,
          PEEK_BURIED,
          PEEK_DOCKET,
          STATS,
          STATS_JOB,
          STATS_TUBE,
          SHOW_JOB,
          SHOW_TUBE,
          LIST_TUBES,
          LIST_TUBE_USED,
          LIST_TUBES_WATCHED,
          LIST_JOBS,
          LIST_DEAD,
          LIST_ENDED,
          LIST_CONNECTIONS,
          LIST_CAPTURES,
          GET_CAPTURE,
          CAPTURE_CONNECTION,
          DELETE_CAPTURE ->
          ask(verb, Queries.of(verb, request));
      case CLOSE_CONNECTION -> closeConnection(request.job());
      case DRAIN -> say(protocol.drain(true));
      case UNDRAIN -> say(protocol.drain(false));
      case QUIT -> {
        quit = true;
        closing = true;
      }
    }
  }

  private void put(Body body) {
    puts();
    if (protocol.admission.isDraining()) {
      protocol.bodies.free(body.ref(), body.bytes());
      refusePut(Word.DRAINING);
    } else {
      submitWithBody(
          new Command.Put(id(), decoder.priority(), decoder.delayNs(), decoder.ttrNs(), body));
    }
  }

  private void died(long job, Body docket) {
    evidence.workerDied(job);
    String signature = DocketSignature.of(protocol.bodies, docket);
    submitWithBody(new Command.Died(id(), job, signature, docket));
  }

  private void submitWithBody(Command.WithBody command) {
    if (protocol.admission.takes(command)) {
      unanswered++;
      loop.submit(this, command);
    } else {
      protocol.bodies.free(command.body().ref(), command.body().bytes());
      say(Word.OUT_OF_MEMORY);
    }
  }

  private void setTube(TubeName tube, String words) {
    try {
      PolicyText.Change change = PolicyText.parse(words);
      submit(Verb.SET_TUBE, new Command.SetPolicy(id(), tube, change.set(), change.cleared()));
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      sayInTurn(() -> encoder.badPolicy(out(), reason));
    }
  }

  /** Refuses a put whose header was good: as in beanstalkd, it has used up an id. */
  private void refusePut(Word word) {
    puts();
    loop.skipId();
    say(word);
  }

  private void reserve(Verb verb, long timeoutNs) {
    reserves();
    reserving = true;
    reserveUntilNs = timeoutNs == Command.FOREVER ? Long.MAX_VALUE : loop.nowNs() + timeoutNs;
    submitGated(verb, new Command.Reserve(id(), timeoutNs));
    if (inputEnded && reserving) {
      loop.submit(this, new Command.CancelReserve(id()));
    }
  }

  private void reserveJob(long job) {
    reserves();
    if (job == 0) {
      protocol.counters.count(Verb.RESERVE_JOB);
      say(Word.NOT_FOUND);
    } else {
      submitGated(Verb.RESERVE_JOB, new Command.ReserveJob(id(), job));
    }
  }

  /** Ids begin at 1: nothing is logged for another one. */
  private void submitForJob(Verb verb, Command command, long job) {
    if (job == 0) {
      protocol.counters.count(verb);
      say(Word.NOT_FOUND);
    } else {
      submit(verb, command);
    }
  }

  private void submitGated(Verb verb, Command command) {
    gated = true;
    submit(verb, command);
  }

  private void submit(Verb verb, Command command) {
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

  private void ask(Verb verb, Query query) {
    protocol.counters.count(verb);
    gated = true;
    unanswered++;
    loop.ask(this, query);
  }

  /** Says a word in its place: at once, or when all that was asked before is answered. */
  private void say(Word word) {
    if (unanswered == 0) {
      encoder.word(out(), word);
    } else {
      sayInTurn(() -> encoder.word(out(), word));
    }
  }

  private void sayInTurn(Runnable reply) {
    unanswered++;
    loop.ask(this, new Query.Say(reply));
  }

  private void closeConnection(long number) {
    Optional<Session> found = loop.find(number);
    say(found.isPresent() ? Word.CLOSED : Word.NOT_FOUND);
    if (id().number() == number) {
      closing = true;
    } else {
      found.ifPresent(Session::close);
    }
  }

  /** The buffer for a reply; it is sent at the end of the turn. */
  ByteBuf out() {
    if (!replied) {
      replied = true;
      loop.flushLater(this);
    }
    return wire.out();
  }

  /** Notes that a request was answered, and opens the gate when that was the last one. */
  private void done() {
    unanswered--;
    if (unanswered > 0) {
      return;
    }
    gated = false;
    reserving = false;
    boolean more = !saved.isEmpty() || inputEnded || closing;
    if (more && !decoding) {
      loop.resumeLater(this);
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
