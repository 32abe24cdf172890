package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import io.headrace.server.Conversation;
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

  private static final Query PEEK_READY = new Query.PeekFirst(JobState.READY);
  private static final Query PEEK_DELAYED = new Query.PeekFirst(JobState.DELAYED);
  private static final Query PEEK_BURIED = new Query.PeekFirst(JobState.BURIED);
  private static final Query STATS = new Query.Stats();
  private static final Query LIST_TUBES = new Query.ListTubes();
  private static final Query LIST_TUBE_USED = new Query.ListTubeUsed();
  private static final Query LIST_TUBES_WATCHED = new Query.ListTubesWatched();
  private static final Query LIST_CONNECTIONS = new Query.ListConnections();

  private final BeanstalkProtocol protocol;
  private final QueueLoop loop;
  private final BeanstalkEncoder encoder;
  private final Wire wire;
  private final BeanstalkDecoder decoder;
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

  /** Closed from here, or gone: nothing more is said. */
  private boolean finished;

  /** Whether this turn's replies are waiting to be sent. */
  private boolean replied;

  private boolean producer;
  private boolean worker;

  BeanstalkSession(BeanstalkProtocol protocol, Wire wire) {
    this.protocol = protocol;
    this.wire = wire;
    loop = protocol.loop;
    encoder = protocol.encoder;
    decoder = protocol.newDecoder();
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
  public void disconnected() {
    finished = true;
    decoder.release();
    saved.clear();
    loop.disconnect(this);
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

  @Override
  public boolean isProducer() {
    return producer;
  }

  @Override
  public boolean isWorker() {
    return worker;
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
      case DELETE -> submitForJob(verb, new Command.Delete(id(), request.job()), request.job());
      case RELEASE ->
          submitForJob(
              verb,
              new Command.Release(id(), request.job(), request.priority(), request.delayNs()),
              request.job());
      case BURY ->
          submitForJob(
              verb, new Command.Bury(id(), request.job(), request.priority()), request.job());
      case TOUCH -> submitForJob(verb, new Command.Touch(id(), request.job()), request.job());
      case KICK_JOB -> submitForJob(verb, new Command.KickJob(id(), request.job()), request.job());
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
      case PEEK -> ask(verb, new Query.Peek(request.job()));
      case PEEK_READY -> ask(verb, PEEK_READY);
      case PEEK_DELAYED -> ask(verb, PEEK_DELAYED);
      case PEEK_BURIED -> ask(verb, PEEK_BURIED);
      case STATS -> ask(verb, STATS);
      case STATS_JOB -> ask(verb, new Query.StatsJob(request.job()));
      case STATS_TUBE -> ask(verb, new Query.StatsTube(request.tube()));
      case LIST_TUBES -> ask(verb, LIST_TUBES);
      case LIST_TUBE_USED -> ask(verb, LIST_TUBE_USED);
      case LIST_TUBES_WATCHED -> ask(verb, LIST_TUBES_WATCHED);
      case LIST_JOBS ->
          ask(verb, new Query.ListJobs(request.tube(), request.state(), (int) request.number()));
      case SHOW_TUBE -> ask(verb, new Query.ShowTube(request.tube()));
      case LIST_CONNECTIONS -> ask(verb, LIST_CONNECTIONS);
      case CLOSE_CONNECTION -> closeConnection(request.job());
      case DRAIN -> drain(true);
      case UNDRAIN -> drain(false);
      case QUIT -> closing = true;
    }
  }

  private void put(Body body) {
    producer = true;
    var put = new Command.Put(id(), decoder.priority(), decoder.delayNs(), decoder.ttrNs(), body);
    if (protocol.admission.isDraining()) {
      protocol.bodies.free(body.ref(), body.bytes());
      refusePut(Word.DRAINING);
    } else if (protocol.admission.takes(put)) {
      unanswered++;
      loop.submit(this, put);
    } else {
      protocol.bodies.free(body.ref(), body.bytes());
      say(Word.OUT_OF_MEMORY);
    }
  }

  /** Refuses a put whose header was good: as in beanstalkd, it has used up an id. */
  private void refusePut(Word word) {
    producer = true;
    loop.skipId();
    say(word);
  }

  private void reserve(Verb verb, long timeoutNs) {
    worker = true;
    reserving = true;
    reserveUntilNs = timeoutNs == Command.FOREVER ? Long.MAX_VALUE : loop.nowNs() + timeoutNs;
    submitGated(verb, new Command.Reserve(id(), timeoutNs));
    if (inputEnded && reserving) {
      loop.submit(this, new Command.CancelReserve(id()));
    }
  }

  private void reserveJob(long job) {
    worker = true;
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
      unanswered++;
      loop.ask(this, new Query.Say(() -> encoder.word(out(), word)));
    }
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

  private void drain(boolean on) {
    protocol.admission.drain(on);
    say(on ? Word.DRAIN_ON : Word.DRAIN_OFF);
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
