package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  /** For the server to take our leave, and with it what we hold. */
  private static final Duration QUIT_MAX = Duration.ofSeconds(1);

  /** For what came before a write failed to be read. */
  private static final Duration LAST_WORDS_MAX = Duration.ofMillis(50);

  private static final Request<Boolean> QUIT = Request.line("quit", _ -> true);

  /** Whose link it is. */
  interface Owner {
    /**
     * It is dead. Called once, on any thread, when the link holds no lock.
     *
     * @param maybeDone calls that the server may have done
     * @param notDone calls that it never had as a whole, in their order
     */
    void lost(Link link, ClientException cause, List<Call<?>> maybeDone, List<Call<?>> notDone);
  }

  private final String peer;
  private final Connection.Blocking wire;
  private final boolean headrace;
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

  /** Calls whose first byte was given to be sent. */
  private long begun;

  private long creditNs;
  private long answered;

  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES).flip();

  /** Calls that what was read last may be a reply to: those that had begun by then. */
  private long answerable;

  private byte[] line = new byte[64];

  Link(
      Connection.Blocking wire,
      boolean headrace,
      Duration patience,
      Alarm.Clock clock,
      Owner owner) {
    this.peer = wire.peer();
    this.wire = wire;
    this.headrace = headrace;
    this.patience = patience;
    this.owner = owner;
    this.alarm = clock.alarm(this::overdue);
  }

  void start() {
    Thread.ofVirtual().name("headrace-write " + peer).start(this::write);
    Thread.ofVirtual().name("headrace-read " + peer).start(this::read);
  }

  boolean isHeadrace() {
    return headrace;
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
    lock.lock();
    try {
      if (cause.isPresent() || quitting) {
        return false;
      }
      call.begin(creditNs);
      unsent.add(call);
      work.signal();
    } finally {
      lock.unlock();
    }
    alarm.armAt(call.deadlineNs());
    return true;
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
        gather();
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
          return;
        }
        sent.add(call);
        begun++;
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
    try {
      while (true) {
        reply();
      }
    } catch (UnexpectedReply | ServerUnreachable e) {
      die(e);
    } catch (IOException e) {
      die(unreachable("the connection is lost (" + Connection.reason(e) + ")"));
    }
  }

  private void reply() throws IOException {
    if (!in.hasRemaining()) {
      fill();
    }
    var call = expected();
    var text = line();
    byte[] body = Reply.NO_BODY;
    int bytes = call.request().bodyBytes(text);
    if (bytes >= 0) {
      body = bytes(bytes);
      if (!Arrays.equals(bytes(Request.CRLF.length), Request.CRLF)) {
        throw call.request().unexpected(text + " and a body of another length");
      }
    }
    var answer = call.read(text, body);
    if (take(call)) {
      answer.run();
    }
  }

  /** The call that what comes now is the reply to. */
  private Call<?> expected() {
    lock.lock();
    try {
      var call = sent.peek();
      if (call == null || answered == answerable) {
        throw unreachable("the server said what nobody had asked for, " + quoted());
      }
      return call;
    } finally {
      lock.unlock();
    }
  }

  private String quoted() {
    var some = new byte[Math.min(in.remaining(), 40)];
    in.get(in.position(), some);
    return "'" + UnexpectedReply.printable(new String(some, ISO_8859_1)) + "'";
  }

  /** Takes it off; false when the link died meanwhile, and with it the call. */
  private boolean take(Call<?> call) {
    lock.lock();
    try {
      if (sent.peek() != call) {
        return false;
      }
      sent.remove();
      answered++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Reads a line up to its CRLF, and returns it without. */
  private String line() throws IOException {
    for (int length = 0; ; length++) {
      if (!in.hasRemaining()) {
        fill();
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length] = in.get();
      if (line[length] == '\n' && length > 0 && line[length - 1] == '\r') {
        return new String(line, 0, length - 1, ISO_8859_1);
      }
      if (length + 1 == Connection.LINE_BYTES_MAX) {
        throw unreachable("it sent " + (length + 1) + " bytes without the end of a line");
      }
    }
  }

  private byte[] bytes(int bytes) throws IOException {
    var all = new byte[Math.min(bytes, IN_BYTES)];
    int length = 0;
    while (length < bytes) {
      if (length == all.length) {
        all = Connection.grown(all, bytes);
      }
      if (!in.hasRemaining()) {
        fill();
      }
      int now = Math.min(in.remaining(), all.length - length);
      in.get(all, length, now);
      length += now;
    }
    return all;
  }

  private void fill() throws IOException {
    in.clear();
    int got = 0;
    try {
      got = wire.pipe().read(in);
    } finally {
      in.flip();
    }
    if (got < 0) {
      throw unreachable("the server closed the connection");
    }
    lock.lock();
    try {
      answerable = begun;
      creditNs += Deadline.earnedNs(got);
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
    close();
    owner.lost(this, why, maybeDone, notDone);
  }

  private void close() {
    try {
      wire.channel().close();
    } catch (IOException e) {
      // The descriptor is gone all the same.
      return;
    } finally {
      closed.countDown();
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
      unsent.add(new Call<>(QUIT, quitByNs, (_, _) -> {}));
      work.signal();
    } finally {
      lock.unlock();
    }
    alarm.armAt(quitByNs);
  }

  /** Waits until it is closed, for a time. */
  void awaitClosed(long untilNs) throws InterruptedException {
    if (!closed.await(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      die(unreachable("the server did not take our leave"));
    }
  }
}
