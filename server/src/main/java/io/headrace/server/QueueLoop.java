package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.JournalException;
import io.headrace.journal.Room;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionEnd;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The one owner of the queue: stamps what sessions submit, gives it to the log, applies it once it
 * is safe, and hands each effect to its session. A batch is what came in one turn of the event
 * loop; at its end the log is flushed once and each connection that was answered is sent to once.
 *
 * <p>Every method is called on the loop's thread, but for none: whoever is elsewhere goes through
 * {@link LoopThread#execute}.
 */
public final class QueueLoop {
  /**
   * Requests that may wait for the log. At the limit sessions stop decoding, and so reading, until
   * some are answered. What must not wait (ends of sessions, time) goes beyond it: at most one a
   * connection.
   */
  static final int PENDING_MAX = 65_536;

  /** Times a turn may go round for sessions that could go on; then sockets get their turn. */
  static final int ROUNDS_MAX = 32;

  private static final int PLACES_AT_START = 1024;

  private final QueueMachine machine;
  private final CommandLog log;
  private final LoopThread thread;
  private final Consumer<JournalException> onFailure;
  private final SpilledBodies spilled;
  private final EffectRouter effects;
  private final TimeOuts timeOuts;

  private final Session nobody = new NoSession();
  private final OpenSessions open = new OpenSessions();
  private final PendingRing pending = new PendingRing(PLACES_AT_START, nobody);
  private final ArrayDeque<Session> resumable = new ArrayDeque<>();
  private final Askers askers;
  private final Runnable turn = this::turn;
  private final Runnable timer = this::timer;

  /** Sessions with replies to send at the end of the turn. */
  private final SessionList touched = new SessionList(nobody);

  /** Those of them that are told what another has brought about: a job, mostly. They go first. */
  private final SessionList woken = new SessionList(nobody);

  private final LoopTime time;
  private final Housekeeping housekeeping;
  private final SecondLooks secondLooks = new SecondLooks();
  private int epoch;
  private long lastStampNs;
  private long lastIndex;
  private boolean applying;
  private boolean turnDue;
  private boolean timeLogged;
  private boolean appended;
  private boolean stopped;
  private long armedForNs = Long.MAX_VALUE;

  /**
   * A loop over a machine that is recovered.
   *
   * @param wallNs the wall clock, nanoseconds since 1970; read once: time then goes on by {@link
   *     LoopThread#nanoTime}, so that a clock that is set moves no deadline
   * @param onFailure told once when the log has failed; nothing is acknowledged after that
   */
  public QueueLoop(
      QueueMachine machine,
      CommandLog log,
      BodyStore bodies,
      LoopThread thread,
      long wallNs,
      Consumer<JournalException> onFailure) {
    this.machine = machine;
    this.log = log;
    this.thread = thread;
    askers = new Askers(machine, thread::nanoTime);
    this.onFailure = onFailure;
    spilled =
        new SpilledBodies(
            machine, log, bodies, job -> submit(nobody, new Command.BodyDamaged(job)));
    timeOuts =
        new TimeOuts(
            command -> submit(nobody, command), () -> log.room() != Room.ENDS_ONLY, this::schedule);
    effects = new EffectRouter(machine, bodies, spilled, timeOuts, open, nobody);
    time = new LoopTime(thread, Math.max(machine.lastStampNs(), wallNs));
    housekeeping = new Housekeeping(machine, log, time);
    lastStampNs = time.now();
  }

  /**
   * Ends the sessions of earlier starts. Called once, before the first connection.
   *
   * @param policy what holds for tubes that say nothing else
   * @param keyWindowNs how long keys of puts are remembered
   */
  public void start(PolicySettings policy, long keyWindowNs) {
    epoch = machine.epoch() + 1;
    effects.epoch = epoch;
    submit(nobody, new Command.Restart(epoch));
    if (!policy.equals(machine.defaultSettings())) {
      submit(nobody, new Command.SetDefaultPolicy(policy));
    }
    if (keyWindowNs != machine.keyWindowNs()) {
      submit(nobody, new Command.SetKeyWindow(keyWindowNs));
    }
  }

  /** Has somebody told what becomes of attempts and jobs. Called once, before the loop starts. */
  public void tell(QueueWatch newWatch) {
    effects.watch = newWatch;
  }

  /** The queue, to be looked at only: what is applied so far. */
  public QueueMachine queue() {
    return machine;
  }

  /** How long the loop has run. */
  public long uptimeNs() {
    return time.sinceStart();
  }

  /** The open connections. */
  public OpenSessions open() {
    return open;
  }

  /** Gives a new connection its number. The queue hears of it with its first command. */
  public void connect(Session session) {
    time.refresh();
    open.add(session, epoch, time.now());
  }

  /**
   * Forgets a connection that is gone, and ends its session.
   *
   * @param lastSent the end of what it has sent, or ""; kept with the jobs that it loses by this,
   *     unless it has quit, and with those whose time is over before this is applied
   */
  public void disconnect(Session session, SessionEnd how, String lastSent) {
    if (session.isGone()) {
      return;
    }
    open.remove(session);
    if (session.hasBegun()) {
      timeOuts.leaves(session.id(), lastSent);
      String kept = how == SessionEnd.QUIT ? "" : lastSent;
      submit(nobody, new Command.SessionClose(session.id(), how, kept));
    }
  }

  /**
   * Says that bytes have come: what is submitted next has this time. Saves a look at the clock for
   * every command, and yet none is stamped with a time before it came.
   */
  public void arrived() {
    time.arrived();
    schedule();
  }

  /** Says that somebody asks who is no session: what is submitted next has the time of now. */
  public void asked() {
    time.refresh();
    schedule();
  }

  /** Whether sessions must stop decoding; see {@link #resumeLater}. */
  public boolean isFull() {
    return pending.size() >= PENDING_MAX || log.isCrowded();
  }

  /** Submits a command of a session, opening its session first where that is not done. */
  public void submit(Session by, Command command) {
    if (stopped) {
      return;
    }
    time.refreshUnless(turnDue);
    if (by.beginOpening()) {
      append(by, new Command.SessionOpen(by.id(), PeerText.of(by.peer())));
    }
    append(by, command);
  }

  /** Uses up an id for a put whose header was good and whose body was not. */
  public void skipId() {
    submit(nobody, new Command.SkipId());
  }

  /** Whether so much was asked that sessions should {@linkplain #askLater ask later}. */
  public boolean hasBeenAskedEnough() {
    return askers.haveEnough(time.now());
  }

  /**
   * Has {@link Session#resume} called when it is this session's turn to ask again. Called while it
   * is resumed or after {@link #arrived}, so that a turn follows.
   */
  public void askLater(Session session) {
    askers.add(session);
  }

  /** Asks in the name of a session. */
  public void ask(Session by, Query query) {
    if (stopped) {
      return;
    }
    time.refreshUnless(turnDue);
    askers.asked(query, time.now());
    if (pending.isEmpty() && !applying) {
      letTimePass();
    }
    if (pending.isEmpty() && !applying) {
      askers.answer(by, query, time.now());
    } else {
      pending.add(by, time.now(), query);
    }
  }

  /** Has {@link Session#resume} called when this turn's batch is applied and there is room. */
  public void resumeLater(Session session) {
    if (session.queue()) {
      resumable.add(session);
    }
    schedule();
  }

  /** Has {@link Session#flush} called once at the end of the turn. */
  public void flushLater(Session session) {
    if (session.touch()) {
      (effects.asking.equals(session) ? touched : woken).add(session);
    }
    schedule();
  }

  /** Looks after the log: entries may have become safe. What the log's own thread calls for. */
  public void wake() {
    schedule();
  }

  /** Has no session wait any more: each is told to {@linkplain Session#endWait end its wait}. */
  public void endWaits() {
    open.all().forEach(Session::endWait);
  }

  /**
   * Ends the loop: answers what is safe, forces the log and answers the rest. What is submitted
   * later is dropped.
   */
  public void close() {
    if (stopped) {
      return;
    }
    try {
      log.flush();
      applySafe();
      log.close();
      applySafe();
      if (log.mayTell()) {
        flushTouched();
      }
    } catch (JournalException e) {
      fail(e);
    }
    stopped = true;
  }

  private void schedule() {
    if (!turnDue && !stopped) {
      turnDue = true;
      thread.atEndOfTurn(turn);
    }
  }

  private void append(Session by, Command command) {
    lastStampNs = time.now();
    appended = true;
    long index = log.append(time.now(), command);
    lastIndex = index;
    if (pending.isEmpty() && !applying && index <= log.safeIndex()) {
      apply(by, time.now(), command);
    } else {
      pending.add(by, index, time.now(), command);
    }
    schedule();
  }

  private void apply(Session by, long stampNs, Command command) {
    effects.asking = by;
    effects.nowNs = time.now();
    applying = true;
    try {
      machine.apply(stampNs, command, effects);
    } catch (RuntimeException e) {
      // The queue is half changed: an error, so that no frame above takes it for one
      // connection's bad luck and goes on.
      throw new AssertionError("the queue failed while it applied " + command, e);
    }
    applying = false;
    effects.asking = nobody;
    spilled.entryApplied();
    open.applied(by);
    timeOuts.applied(command);
  }

  /**
   * Has {@link Session#found} called when the body of a job that is looked at is in memory, or
   * {@link Session#bodyLost}.
   */
  public void awaitBody(Session by, long job, Body body) {
    spilled.await(by, job, body.bytes(), body.crc32c(), false);
    schedule();
  }

  /** The time that the next command is stamped with, in nanoseconds since 1970. */
  public long nowNs() {
    return time.now();
  }

  private void applySafe() {
    long safe = log.safeIndex();
    while (!pending.isEmpty() && pending.index() <= safe) {
      Session by = pending.session();
      long stampNs = pending.stampNs();
      if (pending.index() == 0) {
        Query query = pending.query();
        pending.remove();
        if (!by.isGone()) {
          askers.answer(by, query, stampNs);
        }
      } else {
        Command command = pending.command();
        pending.remove();
        boolean isTime = command instanceof Command.Tick || command instanceof Command.Continue;
        timeLogged &= !isTime;
        apply(by, stampNs, command);
      }
    }
  }

  private void timer() {
    armedForNs = Long.MAX_VALUE;
    // Not at once: a turn that is due already would come beside it, and each go on for itself.
    schedule();
  }

  private void turn() {
    turnDue = false;
    if (stopped) {
      return;
    }
    time.refresh();
    boolean isOwed = lastIndex > log.safeIndex() || !log.mayTell();
    try {
      if (secondLooks.isWorthAnother(lastIndex, isOwed)) {
        putOff();
      } else {
        goOn();
      }
      // A turn that is due by now comes when others were heard.
      time.growsOld();
    } catch (JournalException e) {
      fail(e);
    }
  }

  private void goOn() {
    boolean more = rounds();
    boolean send = maySend();
    // That may have made more safe, and what the log calls safe must be applied before a snapshot
    // is dated by it.
    applySafe();
    if (send) {
      flushTouched();
    }
    secondLooks.done(lastIndex);
    more |= housekeeping.step();
    // Where a turn is due already it is the one: two would each call for two more.
    if (more && !turnDue) {
      putOff();
    }
    arm();
  }

  /** Has the turn go on when sockets have had theirs. */
  private void putOff() {
    turnDue = true;
    thread.executeAfterReads(turn);
  }

  /** Flushes and applies until nobody can go on; true when it gave up before. */
  private boolean rounds() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      appended = false;
      log.flush();
      applySafe();
      spilled.step();
      letTimePass();
      resumeWaiting();
      if (!appended) {
        return false;
      }
    }
    return true;
  }

  private void resumeWaiting() {
    for (int left = resumable.size(); left > 0 && !isFull(); left--) {
      Session session = resumable.remove();
      session.unqueue();
      session.resume();
    }
    if (!isFull()) {
      askers.resume(time.now());
    }
  }

  /** Logs that time has passed, where that changes anything and nothing pending says it. */
  private void letTimePass() {
    if (timeLogged) {
      return;
    }
    if (machine.unfinished()) {
      logTime(new Command.Continue());
    } else if (machine.nextDeadlineNs() <= time.now()
        && (pending.isEmpty() || lastStampNs < machine.nextDeadlineNs())) {
      logTime(new Command.Tick());
    } else if (!isFull()) {
      // Each entry lets time pass as well: what is due goes first, a Tick a round.
      timeOuts.tell();
    }
  }

  private void logTime(Command command) {
    timeLogged = true;
    append(nobody, command);
    timeLogged = !pending.isEmpty();
  }

  /** Whether the log lets replies be sent as they are: else they wait for a later turn. */
  public boolean mayTell() {
    return log.mayTell();
  }

  /**
   * Whether replies may be sent, which the log brings about where it can. Not to be called by who
   * is told something.
   */
  public boolean maySend() {
    if (!log.mayTell()) {
      try {
        log.flush();
      } catch (JournalException e) {
        fail(e);
      }
    }
    return log.mayTell();
  }

  private void flushTouched() {
    woken.flush();
    touched.flush();
  }

  /** Sees to being woken for what is next. A deadline that is due needs it not: it is logged. */
  private void arm() {
    long nextNs = machine.nextDeadlineNs();
    if (nextNs <= time.now()) {
      nextNs = Long.MAX_VALUE;
    }
    nextNs = Math.min(nextNs, housekeeping.dueNs());
    if (!isFull()) {
      nextNs = Math.min(nextNs, askers.dueNs());
    }
    if (nextNs != armedForNs && nextNs != Long.MAX_VALUE) {
      thread.wakeAt(time.nanos(nextNs), timer);
    }
    armedForNs = nextNs;
  }

  private void fail(JournalException failure) {
    if (!stopped) {
      stopped = true;
      onFailure.accept(failure);
    }
  }
}
