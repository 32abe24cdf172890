package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.TubeName;
import io.headrace.server.ClientFault;
import io.headrace.server.Conversation;
import io.headrace.server.Loss;
import io.headrace.server.PolicyText;
import io.headrace.server.Query;
import io.headrace.server.Session;
import io.headrace.server.SessionFacts;
import io.headrace.server.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * One connection that speaks the beanstalk protocol: turns requests into commands and answers into
 * replies, one a request and in order.
 *
 * <p>Decoding stops (the <i>gate</i>) after a request whose answer may come late, or may be large,
 * until it is answered; while the peer does not take its replies; while it has asked enough for one
 * turn; and while the loop is full. What comes meanwhile is saved, and beyond {@link
 * SessionInput#SAVED_BYTES_MAX} left in the kernel.
 */
final class BeanstalkSession extends ReplyingSession implements Conversation {
  /** Unsent replies, in bytes, that are sent before more are made, though the turn is not over. */
  static final int REPLIES_BYTES_MAX = 64 * 1024;

  /** Costly queries that are answered before others have their turn: some 0.1 ms. */
  static final int QUERIES_A_PASS = 4;

  /**
   * Requests of one connection that may wait for the log, a sixteenth of what all may: at the limit
   * it is decoded on when all of them are answered.
   */
  static final int UNANSWERED_MAX = 4_096;

  private static final long NS_PER_S = 1_000_000_000;

  private final Permit permit;
  private final BeanstalkDecoder decoder;
  final Evidence evidence;
  private final SessionInput saved;
  private final CommandClock command;

  /** Costly queries it may still ask before others have their turn. */
  private int queriesLeft;

  private boolean gated;
  private boolean reserving;

  /** When the reserve it waits in ends, in nanoseconds since 1970. */
  private long reserveUntilNs;

  private boolean decoding;
  private boolean inputEnded;
  private boolean closing;
  private boolean quit;

  private Verb lastVerb = Verb.INCOMPLETE;
  private long lastVerbNs;

  BeanstalkSession(BeanstalkProtocol protocol, Wire wire) {
    super(protocol, wire);
    evidence = new Evidence(protocol, this, wire);
    permit = protocol.newPermit(this);
    decoder = protocol.newDecoder(permit, evidence);
    saved = new SessionInput(wire, protocol.input);
    command = new CommandClock(protocol.openCommands);
  }

  @Override
  public int roomBytes() {
    return closing ? Integer.MAX_VALUE : saved.roomBytes(!gated && unanswered < UNANSWERED_MAX);
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
      saved.save(bytes);
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
    command.stops();
    decoder.release();
    saved.clear();
    SessionEnd end = quit ? SessionEnd.QUIT : how.end(inputEnded);
    evidence.ended(end);
    loop.disconnect(this, end);
  }

  @Override
  protected void resume() {
    if (finished) {
      return;
    }
    askParked();
    if (closing && unanswered > 0) {
      return;
    }
    if (!saved.isEmpty()) {
      decode(saved.bytes());
      saved.taken();
    }
    closeWhenDone();
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      closing = true;
      command.stops();
      saved.clear();
      wire.close();
    }
  }

  @Override
  public String peer() {
    return wire.peer();
  }

  @Override
  public SessionFacts facts() {
    return new SessionFacts(
        reserving,
        isProducer(),
        isWorker(),
        lastVerb.word(),
        lastVerbNs,
        wire.isSealed() ? "beanstalk, tls" : "beanstalk",
        faultsSeen,
        wire.facts());
  }

  private void decode(ByteBuf in) {
    decoding = true;
    queriesLeft = loop.hasBeenAskedEnough() ? 1 : QUERIES_A_PASS;
    boolean some = false;
    boolean owed = false;
    while (!owed && mayDecode()) {
      Verb verb = decoder.next(in);
      owed = verb == Verb.INCOMPLETE;
      if (!owed) {
        some = true;
        handle(verb);
      }
    }
    decoding = false;
    if (owed && decoder.isMidCommand()) {
      command.runs(this, some, loop.nowNs());
    } else {
      command.stops();
    }
    if (!in.isReadable() && decoder.isBetweenRequests()) {
      wire.recording().betweenRequests();
    }
  }

  /** How long its peer has owed the rest of a command. */
  long commandAgeNs(long nowNs) {
    return command.ageNs(nowNs);
  }

  /** How much of the body of that command is here. */
  long commandBytes() {
    return decoder.bodyBytesHere();
  }

  /** Its place in the list of such sessions. */
  void movedTo(int place) {
    command.movedTo(place);
  }

  /** Closes it: the command takes too long. */
  void tooSlow(long nowNs) {
    String why =
        "a command was begun and is not complete after "
            + commandAgeNs(nowNs) / NS_PER_S
            + " s, with "
            + commandBytes()
            + " bytes of its body (command-timeout)";
    protocol.faults.closed(ClientFault.UNFINISHED, peer(), why, nowNs);
    close();
  }

  private boolean mayDecode() {
    if (gated || closing || unanswered >= UNANSWERED_MAX) {
      return false;
    }
    if (queriesLeft == 0) {
      loop.askLater(this);
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
    lastVerb = verb;
    lastVerbNs = loop.nowNs();
    switch (verb) {
      case INCOMPLETE -> {}
      case BAD_FORMAT -> fault(ClientFault.BAD_FORMAT, Word.BAD_FORMAT);
      case LINE_TOO_LONG -> fault(ClientFault.TOO_LONG, Word.BAD_FORMAT);
      case UNKNOWN_COMMAND, AUTH -> fault(ClientFault.UNKNOWN, Word.UNKNOWN_COMMAND);
      case AUTHORIZED -> say(Word.AUTHORIZED);
      case UNAUTHORIZED -> {
        say(Word.UNAUTHORIZED);
        closing = permit.hasHadItsTries();
      }
      case FORBIDDEN -> say(Word.FORBIDDEN);
      case HIDDEN_JOB -> say(Word.NOT_FOUND);
      case PUT -> put(decoder.takePut(id()));
      case PUT_KEY -> putKeyed(new Command.PutKeyed(decoder.takePut(id()), decoder.key()));
      case PUT_WITHOUT_CRLF -> {
        count(ClientFault.NO_CRLF);
        refusePut(Word.EXPECTED_CRLF);
      }
      case PUT_TOO_BIG -> fault(ClientFault.OVERSIZED, Word.JOB_TOO_BIG);
      case PUT_WITHOUT_ROOM -> say(Word.OUT_OF_MEMORY);
      case DELETE, RELEASE, BURY, TOUCH, KICK_JOB, RETRY_JOB, DROP_JOB, UNDROP_JOB ->
          submitForJob(verb, JobCommands.of(verb, id(), request), request.job());
      case RESERVE_JOB -> reserveJob(request.job());
      case RESERVE -> reserve(verb, Command.FOREVER);
      case RESERVE_WITH_TIMEOUT -> reserve(verb, request.number());
      case USE -> submitTube(verb, new Command.Use(id(), request.tube()));
      case WATCH -> submitTube(verb, new Command.Watch(id(), request.tube()));
      case IGNORE -> submitTube(verb, new Command.Ignore(id(), request.tube()));
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
      case SHUTDOWN -> say(protocol.shutDown());
      case QUIT -> {
        quit = true;
        closing = true;
      }
    }
  }

  private void put(Command.WithBody put) {
    puts();
    if (protocol.admission.isDraining()) {
      free(put.body());
      refusePut(Word.DRAINING);
    } else {
      submitWithBody(put);
    }
  }

  private void putKeyed(Command.PutKeyed put) {
    if (protocol.admission.hasRoomForKey(BeanstalkReads.used(this, loop.queue()), put.key())) {
      put(put);
    } else {
      free(put.body());
      say(Word.OUT_OF_MEMORY);
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
      free(command.body());
      say(Word.OUT_OF_MEMORY);
    }
  }

  private void free(Body body) {
    protocol.bodies.free(body.ref(), body.bytes());
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
    } else if (loop.isHolding(this)) {
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
    } else if (loop.isHolding(this)) {
      super.answered(Answer.DEADLINE_SOON);
    } else {
      closing = true;
      done();
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

  /** Where rights depend on the tubes of the session, what follows is judged by those it has. */
  private void submitTube(Verb verb, Command command) {
    gated = permit.dependsOnTubes();
    submit(verb, command);
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
    queriesLeft -= query.isCostly() ? 1 : 0;
    ask(query);
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

  /** Opens the gate, and goes on with what came meanwhile. */
  @Override
  void allAnswered() {
    gated = false;
    reserving = false;
    boolean more = !saved.isEmpty() || inputEnded || closing;
    if (more && !decoding) {
      loop.resumeLater(this);
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
}
