package io.headrace.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls in one used tube, by all threads, over one connection after the other: when a link has
 * died, calls that were not done go on with the next one, within their deadlines.
 */
final class Lane implements Link.Owner {
  private final String tube;
  private final Opener opener;
  private final Semaphore places;
  private final AtomicInteger calls = new AtomicInteger();
  private final long patienceNs;
  private final Call.Ended placeEnded = this::placeEnded;
  private final Alarm alarm;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Call<?>> waiting = new ArrayDeque<>();
  private Optional<Link> link = Optional.empty();
  private Optional<ClientException> why = Optional.empty();
  private boolean connecting;
  private boolean closed;
  private int failures;

  Lane(String tube, Opener opener) {
    this.tube = tube;
    this.opener = opener;
    this.patienceNs = opener.options().patience().toNanos();
    this.places = new Semaphore(opener.options().callsMax());
    this.alarm = opener.clock().alarm(this::expire);
  }

  String tube() {
    return tube;
  }

  /** Announces one call: from now on it is not idle. */
  void enter() {
    calls.incrementAndGet();
  }

  /** Takes back what was announced, and not sent. */
  void leave() {
    calls.decrementAndGet();
  }

  /** Whether there is no call, so that nobody would miss it. */
  boolean isIdle() {
    return calls.get() == 0;
  }

  /** Connects now, by the calling thread. */
  Link connectFirst() {
    var first = opener.using(tube, opener.options().patience(), this);
    adopt(first);
    return first;
  }

  /** Sends what was announced, and waits for a place if need be. */
  <T> Call<T> send(Request<T> request) {
    return send(request, false);
  }

  /**
   * Likewise.
   *
   * @param moreComes as for {@link Link#offer(Call, boolean)}
   */
  <T> Call<T> send(Request<T> request, boolean moreComes) {
    long startNs = System.nanoTime();
    try {
      return places.tryAcquire(patienceNs, TimeUnit.NANOSECONDS)
          ? placed(request, startNs, moreComes)
          : unplaced(request, startNs, noPlace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unplaced(request, startNs, opener.unreachable("interrupted"));
    }
  }

  /** Sends what was announced, when there is a place. */
  <T> Call<T> trySend(Request<T> request) {
    long startNs = System.nanoTime();
    return places.tryAcquire()
        ? placed(request, startNs, false)
        : unplaced(request, startNs, noPlace());
  }

  /** No more comes now. */
  void flush() {
    lock.lock();
    try {
      link.ifPresent(Link::flush);
    } finally {
      lock.unlock();
    }
  }

  private <T> Call<T> placed(Request<T> request, long startNs, boolean moreComes) {
    var call = new Call<>(request, startNs, startNs + patienceNs, placeEnded);
    submit(call, moreComes);
    return call;
  }

  private void placeEnded(Call<?> call, boolean failed) {
    places.release();
    ended(call, failed);
  }

  private <T> Call<T> unplaced(Request<T> request, long startNs, ClientException why) {
    var call = new Call<>(request, startNs, startNs + patienceNs, this::ended);
    call.fail(why);
    return call;
  }

  private void ended(Call<?> call, boolean failed) {
    leave();
    opener.told(call, failed);
  }

  private ServerUnreachable noPlace() {
    return opener.unreachable(
        opener.options().callsMax() + " calls in tube '" + tube + "' are on their way (callsMax)");
  }

  private void submit(Call<?> call, boolean moreComes) {
    boolean refused = false;
    boolean waits = false;
    lock.lock();
    try {
      if (closed || !isRightFor(call)) {
        refused = true;
      } else if (link.isEmpty() || !waiting.isEmpty() || !link.get().offer(call, moreComes)) {
        waiting.add(call);
        waits = true;
        connectSoon();
      }
    } finally {
      lock.unlock();
    }
    if (refused) {
      call.fail(refusal());
    } else if (waits) {
      alarm.armAt(call.deadlineNs());
    }
  }

  /** Whether what is known of the server does not speak against it. */
  private boolean isRightFor(Call<?> call) {
    return link.isEmpty() || link.get().knows(call.request());
  }

  private ServerUnreachable refusal() {
    return opener.unreachable(
        isClosed()
            ? "the client is closed"
            : "it does not know 'put-key', which Headrace does, so that a put whose reply is lost"
                + " may be done twice; put without a key if that is fine");
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void connectSoon() {
    if (!connecting) {
      connecting = true;
      Thread.ofVirtual().name("headrace-connect " + opener.server()).start(this::connect);
    }
  }

  private void connect() {
    while (awaitTurn()) {
      try {
        if (adopt(opener.using(tube, opener.options().patience(), this))) {
          return;
        }
      } catch (ClientException e) {
        notConnected(e);
      }
    }
  }

  /** Waits as long as it should before the next attempt; false when none is needed. */
  private boolean awaitTurn() {
    lock.lock();
    try {
      long leftNs = opener.backOff().ns(failures);
      while (leftNs > 0 && !closed && !waiting.isEmpty()) {
        leftNs = changed.awaitNanos(leftNs);
      }
      connecting = !closed && !waiting.isEmpty();
      return connecting;
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it.
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  private void notConnected(ClientException e) {
    var failed = new ArrayList<Call<?>>();
    lock.lock();
    try {
      failures++;
      why = Optional.of(e);
      if (Opener.isFinal(e)) {
        failed.addAll(waiting);
        waiting.clear();
      }
    } finally {
      lock.unlock();
    }
    failed.forEach(call -> call.fail(e));
  }

  /** Goes on with this link; false when it is dead already. */
  private boolean adopt(Link opened) {
    var refused = new ArrayList<Call<?>>();
    boolean lives = true;
    lock.lock();
    try {
      if (closed) {
        opened.quit();
      }
      link = Optional.of(opened);
      while (lives && !waiting.isEmpty()) {
        if (isRightFor(waiting.element())) {
          lives = opened.offer(waiting.element());
        } else {
          refused.add(waiting.element());
        }
        if (lives) {
          waiting.remove();
        }
      }
      lives |= closed;
      connecting = !lives;
      if (lives) {
        why = Optional.empty();
      } else {
        failures++;
      }
    } finally {
      lock.unlock();
    }
    refused.forEach(call -> call.fail(refusal()));
    return lives;
  }

  @Override
  public void lost(
      Link dead, ClientException cause, List<Call<?>> maybeDone, List<Call<?>> notDone) {
    var failed = new ArrayList<Call<?>>();
    var again = new ArrayList<Call<?>>();
    for (var call : maybeDone) {
      (call.request().mayRepeat() ? again : failed).add(call);
    }
    again.addAll(notDone);
    boolean wanted;
    lock.lock();
    try {
      wanted = !closed;
      if (link.isPresent() && link.get() == dead) {
        link = Optional.empty();
      }
      why = Optional.of(cause);
      failures = dead.answered() > 0 ? 0 : failures + 1;
      if (closed) {
        failed.addAll(again);
      } else {
        again.reversed().forEach(waiting::addFirst);
        if (!waiting.isEmpty()) {
          connectSoon();
        }
      }
    } finally {
      lock.unlock();
    }
    if (wanted) {
      opener.options().listener().lost(opener.server(), cause);
    }
    failed.forEach(call -> call.fail(cause));
    alarm.armAt(System.nanoTime());
  }

  /** Fails those that have waited too long for a connection. */
  private long expire(long nowNs) {
    var failed = new ArrayList<Call<?>>();
    long nextNs = Alarm.NEVER_NS;
    ClientException cause;
    lock.lock();
    try {
      while (!waiting.isEmpty() && waiting.element().deadlineNs() - nowNs <= 0) {
        failed.add(waiting.remove());
      }
      if (!waiting.isEmpty()) {
        nextNs = waiting.element().deadlineNs();
      }
      cause = why.orElseGet(this::late);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    failed.forEach(call -> call.fail(cause));
    return nextNs;
  }

  private ClientException late() {
    return opener.unreachable("no connection within " + Deadline.text(opener.options().patience()));
  }

  /** Takes leave; what waits for a connection fails. */
  void close() {
    var failed = new ArrayList<Call<?>>();
    lock.lock();
    try {
      closed = true;
      failed.addAll(waiting);
      waiting.clear();
      link.ifPresent(Link::quit);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    failed.forEach(call -> call.fail(refusal()));
  }

  /** Waits until it has taken leave, for a time. */
  void awaitClosed(long untilNs) throws InterruptedException {
    Optional<Link> last;
    lock.lock();
    try {
      last = link;
    } finally {
      lock.unlock();
    }
    if (last.isPresent()) {
      last.get().awaitClosed(untilNs);
    }
  }
}
