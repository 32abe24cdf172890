package io.headrace.server.beanstalk;

import io.headrace.queue.Command;
import io.headrace.queue.SessionEnd;
import io.headrace.server.ClientFault;
import io.headrace.server.Conversation;
import io.headrace.server.Loss;
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
final class BeanstalkSession extends SubmittingSession implements Conversation {
  /** Unsent replies, in bytes, that are sent before more are made, though the turn is not over. */
  static final int REPLIES_BYTES_MAX = 192 * 1024;

  /** So many are sent before others are served, while the processor's cache still has them. */
  private static final int REPLIES_BYTES_LARGE = 16 * 1024;

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

  private boolean decoding;
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
  public boolean isMidLargeBody() {
    return saved.isEmpty() && decoder.isMidLargeBody();
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
    if (isReserving()) {
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
    loop.disconnect(this, end, evidence.lastSentByHolder());
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
      if (replied && !loop.mayTell()) {
        closesWhenSent = true;
      } else {
        wire.close();
      }
    }
  }

  @Override
  public String peer() {
    return wire.peer();
  }

  @Override
  protected String lastSent() {
    return evidence.lastSent();
  }

  @Override
  public SessionFacts facts() {
    return new SessionFacts(
        isReserving(),
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
    if (!finished && hasReplied(REPLIES_BYTES_LARGE) && loop.mayTell()) {
      sendReplies();
    }
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
    if (loop.isFull()) {
      loop.resumeLater(this);
      return false;
    }
    if (hasReplied(REPLIES_BYTES_MAX) && loop.maySend()) {
      sendReplies();
    }
    return wire.isWritable();
  }

  /** Whether so many bytes of replies have not been sent. */
  private boolean hasReplied(int bytes) {
    return replied && wire.out().readableBytes() >= bytes;
  }

  private void sendReplies() {
    replied = false;
    wire.flush();
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
      case DIED -> {
        evidence.workerDied(decoder.docketJob());
        died(decoder.docketJob(), decoder.takeBody());
      }
      case DOCKET -> docket(decoder.docketJob(), decoder.takeBody());
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
          SHOW_HELD,
          SHOW_TUBE,
          LIST_TUBES,
          LIST_TUBE_USED,
          LIST_TUBES_WATCHED,
          LIST_JOBS,
          LIST_DEAD,
          LIST_ENDED,
          LIST_CONNECTIONS,
          LIST_EXTENSIONS,
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

  /** Where rights depend on the tubes of the session, what follows is judged by those it has. */
  private void submitTube(Verb verb, Command command) {
    gated = permit.dependsOnTubes();
    submit(verb, command);
  }

  private void closeConnection(long number) {
    Optional<Session> found = loop.open().find(number);
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
    openGate();
    boolean more = !saved.isEmpty() || inputEnded || closing;
    if (more && !decoding) {
      loop.resumeLater(this);
    }
  }
}
