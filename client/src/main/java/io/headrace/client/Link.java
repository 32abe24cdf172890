package io.headrace.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection that many calls share: one virtual thread writes their requests in the order in
 * which they came, another matches replies to them. It dies once, of the first cause, and takes no
 * byte after that; what was on it is told apart by whether the server may have had it.
 *
 * <p>Callers never touch the channel: an interrupt of one of them would close it for all.
 */
final class Link {
  private static final int IN_BYTES = 32 * 1024;
  private static final int OUT_BYTES = 32 * 1024;

  /** So much is sent though more is expected to come. */
  private static final int GATHER_BYTES = OUT_BYTES / 2;

  /** After this time likewise. */
  private static final long GATHER_NS = 1_000_000;

  /** For the server to take our leave, and with it what we hold. */
  private static final Duration QUIT_MAX = Duration.ofSeconds(1);

  /** For what came before a write failed to be read. */
  private static final Duration LAST_WORDS_MAX = Duration.ofMillis(50);

  private static final Request<Boolean> QUIT = Request.line("quit", _ -> true);

  /** Whose link it is. */
  interface Owner {
    /**
     * It is dead. Called once, on any thread, when the link holds no lock. Who waits for the end of
     * the link waits for this too, so it must not wait for that itself.
     *
     * @param maybeDone calls that the server may have done
     * @param notDone calls that it never had as a whole, in their order
     */
    void lost(Link link, ClientException cause, List<Call<?>> maybeDone, List<Call<?>> notDone);
  }

  private final String peer;
  private final Connection.Blocking wire;
  private final Set<String> extensions;
  private final Owner owner;
  private final Duration patience;
  private final Alarm alarm;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Call<?>> unsent = new ArrayDeque<>();

  /** Those of which at least a byte was given to be sent, and that have no reply. */
  private final ArrayDeque<Call<?>> sent = new ArrayDeque<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<ClientException> cause = Optional.empty();
  private boolean quitting;
  private long quitByNs;

  /** Whether what is unsent is to be sent now: else more is expected to come. */
  private boolean due;

  /** How much has gathered that was not due, in bytes. */
  private long gatheredBytes;

  private long creditNs;
  private long answered;

  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  private final Incoming incoming;
  private final Incoming.Source source = this::fill;

  /**
   * Of the reader: the calls, in their order, that what was read last may be replies to. They had
   * begun by then, and stay in {@link #sent} until they are handed over.
   */
  private final ArrayList<Call<?>> asked = new ArrayList<>();

  /** Likewise: what was read for the first of them, as {@link Call#end} takes it. */
  private final ArrayList<Object> answers = new ArrayList<>();

  Link(
      Connection.Blocking wire,
      Set<String> extensions,
      Duration patience,
      Alarm.Clock clock,
      Owner owner) {
    this.peer = wire.peer();
    this.incoming = new Incoming(peer, IN_BYTES);
    this.wire = wire;
    this.extensions = extensions;
    this.patience = patience;
    this.owner = owner;
    this.alarm = clock.alarm(this::overdue);
  }

  void start() {
    Thread.ofVirtual().name("headrace-write " + peer).start(this::write);
    Thread.ofVirtual().name("headrace-read " + peer).start(this::read);
  }

  /** Whether the server has what beanstalkd has not. */
  boolean isHeadrace() {
    return !extensions.isEmpty();
  }

  /** Whether the server knows it; else it would take a body that follows for commands. */
  boolean knows(Request<?> request) {
    return request.isKnownWith(extensions);
  }

  boolean isDead() {
    return cause().isPresent();
  }

  /** Why it is dead. */
  Optional<ClientException> cause() {
    lock.lock();
    try {
      return cause;
    } finally {
      lock.unlock();
    }
  }

  /** How many calls it has answered. */
  long answered() {
    lock.lock();
    try {
      return answered;
    } finally {
      lock.unlock();
    }
  }

  /** Whether we take our leave. */
  boolean isQuitting() {
    lock.lock();
    try {
      return quitting;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a call; false when the link is dead, or taking its leave. */
  boolean offer(Call<?> call) {
    return offer(call, false);
  }

  /**
   * Likewise.
   *
   * @param moreComes whether it may wait a moment for others, to be sent with them in one piece
   */
  boolean offer(Call<?> call, boolean moreComes) {
    long lookNs = call.deadlineNs();
    lock.lock();
    try {
      if (cause.isPresent() || quitting) {
        return false;
      }
      call.begin(creditNs);
      unsent.add(call);
      if (moreComes && !due) {
        if (gatheredBytes == 0) {
          lookNs = Math.min(lookNs, call.startNs() + GATHER_NS);
        }
        gatheredBytes += call.request().bytes();
      }
      if (!moreComes || gatheredBytes >= GATHER_BYTES) {
        hurry();
      }
    } finally {
      lock.unlock();
    }
    alarm.armAt(lookNs);
    return true;
  }

  /** No more comes now. */
  void flush() {
    lock.lock();
    try {
      hurry();
    } finally {
      lock.unlock();
    }
  }

  /** Has what is unsent sent now. */
  private void hurry() {
    if (!due && !unsent.isEmpty()) {
      due = true;
      work.signal();
    }
  }

  // --- Writing ---

  private void write() {
    try {
      while (stage()) {
        while (out.hasRemaining() || !wire.pipe().isWritten()) {
          moved(wire.pipe().write(out));
        }
      }
      wire.pipe().end();
    } catch (IOException e) {
      // The reader knows better: what came before the end is still to be read.
      reset(e);
    }
  }

  /** Fills the buffer, or waits for something to fill it with; false when that was all. */
  private boolean stage() {
    lock.lock();
    try {
      while (cause.isEmpty()) {
        out.clear();
        if (due) {
          gather();
        }
        if (out.flip().hasRemaining()) {
          return true;
        }
        if (quitting) {
          return false;
        }
        work.awaitUninterruptibly();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void gather() {
    while (out.hasRemaining()) {
      var call = sent.peekLast();
      if (call == null || call.isWhole()) {
        call = unsent.poll();
        if (call == null) {
          due = false;
          gatheredBytes = 0;
          return;
        }
        sent.add(call);
      }
      call.stage(out);
    }
  }

  private void moved(long bytes) {
    lock.lock();
    try {
      creditNs += Deadline.earnedNs(bytes);
    } finally {
      lock.unlock();
    }
  }

  // --- Reading ---

  private void read() {
    ClientException why;
    try {
      while (true) {
        incoming.await(source);
        reply();
      }
    } catch (UnexpectedReply | ServerUnreachable e) {
      why = e;
    } catch (IOException e) {
      why = unreachable("the connection is lost (" + Connection.reason(e) + ")");
    }
    handOver();
    die(why);
  }

  private void reply() throws IOException {
    if (answers.size() == asked.size()) {
      throw unreachable("the server said what nobody had asked for, " + incoming.quoted());
    }
    var call = asked.get(answers.size());
    answers.add(call.read(incoming.reply(call.request(), source)));
  }

  /** Hands over what was read, before more is waited for: what came together, together. */
  private void fill(ByteBuffer in) throws IOException {
    handOver();
    int got = wire.pipe().read(in);
    if (got < 0) {
      throw unreachable("the server closed the connection");
    }
    lock.lock();
    try {
      if (cause.isPresent()) {
        throw cause.get();
      }
      creditNs += Deadline.earnedNs(got);
      // Each reply has a CRLF at least, and one may have begun before.
      int most = 1 + got / Request.CRLF.length;
      asked.clear();
      for (var calls = sent.iterator(); calls.hasNext() && asked.size() < most; ) {
        asked.add(calls.next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the calls that have their answers, unless the link died meanwhile, and they with it. */
  private void handOver() {
    if (isTaken()) {
      for (int i = 0; i < answers.size(); i++) {
        asked.get(i).end(answers.get(i));
      }
    }
    answers.clear();
  }

  /** Takes them off; false when there are none any more. */
  private boolean isTaken() {
    if (answers.isEmpty()) {
      return false;
    }
    lock.lock();
    try {
      if (cause.isPresent()) {
        return false;
      }
      for (int i = 0; i < answers.size(); i++) {
        sent.remove();
      }
      answered += answers.size();
      return true;
    } finally {
      lock.unlock();
    }
  }

  // --- The end ---

  /** Ends it when a call is overdue; else says when to look again. */
  private long overdue(long nowNs) {
    String why;
    lock.lock();
    try {
      hurry();
      var call = sent.isEmpty() ? unsent.peek() : sent.peek();
      if (call == null || cause.isPresent()) {
        return Alarm.NEVER_NS;
      }
      long leftNs = call.leftNs(nowNs, creditNs);
      if (quitting) {
        leftNs = Math.min(leftNs, quitByNs - nowNs);
      }
      if (leftNs > 0) {
        return nowNs + leftNs;
      }
      why = call.isWhole() ? "no answer within " : "it took no bytes within ";
    } finally {
      lock.unlock();
    }
    die(unreachable(why + Deadline.text(patience)));
    return Alarm.NEVER_NS;
  }

  private ServerUnreachable unreachable(String what) {
    return new ServerUnreachable(peer + ": " + what);
  }

  /** A write that failed: the reader gets a moment to find out what the server had to say. */
  private void reset(IOException e) {
    try {
      closed.await(LAST_WORDS_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    die(unreachable("the connection is lost (" + Connection.reason(e) + ")"));
  }

  /** Ends it at once, for the first of all causes. */
  void die(ClientException why) {
    var maybeDone = new ArrayList<Call<?>>();
    var notDone = new ArrayList<Call<?>>();
    lock.lock();
    try {
      if (cause.isPresent()) {
        return;
      }
      cause = Optional.of(why);
      for (var call : sent) {
        if (call.isWhole()) {
          call.mayBeDone();
          maybeDone.add(call);
        } else {
          notDone.add(call);
        }
      }
      notDone.addAll(unsent);
      sent.clear();
      unsent.clear();
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      close();
      owner.lost(this, why, maybeDone, notDone);
    } finally {
      // Not before: who has closed a client finds each job that it held lost.
      closed.countDown();
    }
  }

  private void close() {
    try {
      wire.channel().close();
    } catch (IOException e) {
      // The descriptor is gone all the same.
      return;
    }
  }

  /**
   * Takes leave: says {@code quit} behind what is on its way, so that the server takes back what we
   * hold and counts no death. A reserve that waits is answered by then.
   */
  void quit() {
    lock.lock();
    try {
      if (cause.isPresent() || quitting) {
        return;
      }
      quitting = true;
      quitByNs = System.nanoTime() + QUIT_MAX.toNanos();
      unsent.add(new Call<>(QUIT, System.nanoTime(), quitByNs, (_, _) -> {}));
      hurry();
    } finally {
      lock.unlock();
    }
    alarm.armAt(quitByNs);
  }

  /** Waits until it is closed and its owner was told, for a time. */
  void awaitClosed(long untilNs) throws InterruptedException {
    if (!closed.await(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      die(unreachable("the server did not take our leave"));
    }
  }
}
