package io.headrace.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A client for as long as a program runs, and for all its threads, virtual ones above all: it never
 * hangs and never lies.
 *
 * <ul>
 *   <li>Every call ends within its patience. A connection on which one did not is dead, for ever:
 *       what comes late is the answer to nothing.
 *   <li>It connects again by itself, and sends again what the server certainly did not do. Of what
 *       it may have done the call fails by {@link CallFailed}, which says so.
 *   <li>Calls of many threads share one connection a tube, one behind the other; a job is held by a
 *       connection of its own.
 * </ul>
 *
 * <p>Futures are completed by the thread that reads the connection, so what is hung on them must
 * not wait: use their {@code …Async} methods for more.
 *
 * {@snippet class="io.headrace.client.JobClientSnippets" region="put"}
 */
public final class JobClient implements AutoCloseable {
  /** Puts on their way in {@link #putAll}. */
  private static final int PUT_ALL_MAX = 512;

  private static final String TUBE_DEFAULT = "default";
  private static final Duration LEAVE_MAX = Duration.ofSeconds(2);

  private final Opener opener;
  private final Holders holders;
  private final ReentrantLock lock = new ReentrantLock();

  /** The one that was used last comes last. */
  private final LinkedHashMap<String, Lane> lanes = new LinkedHashMap<>(16, 0.75f, true);

  private boolean closed;
  private final boolean headrace;

  private JobClient(ServerAddress server, ClientOptions options) {
    var backOff = new BackOff(options.backOffMin(), options.backOffMax(), new SplittableRandom());
    opener = new Opener(server, options, backOff);
    holders = new Holders(opener);
    var first = new Lane(TUBE_DEFAULT, opener);
    lanes.put(TUBE_DEFAULT, first);
    boolean done = false;
    try {
      headrace = first.connectFirst().isHeadrace();
      done = true;
    } finally {
      if (!done) {
        opener.clock().close();
      }
    }
  }

  /**
   * Connects, with {@link ClientOptions#DEFAULT}.
   *
   * @throws ServerUnreachable when there is no connection within the patience
   */
  public static JobClient connect(ServerAddress server) {
    return connect(server, ClientOptions.DEFAULT);
  }

  /**
   * Connects once, to know that it can.
   *
   * @throws ServerUnreachable when there is no connection within the patience, or TLS fails
   * @throws UnexpectedReply when the server does not know the token
   */
  public static JobClient connect(ServerAddress server, ClientOptions options) {
    return new JobClient(server, options);
  }

  /** Whether the server that it found at first is a Headrace, which knows more than beanstalkd. */
  public boolean isHeadrace() {
    return headrace;
  }

  /**
   * Puts a job. When this fails and the outcome is unknown, to ask again may put it twice; {@link
   * #putOnce} does not.
   *
   * @throws CallFailed when there is no answer
   */
  public PutResult put(String tube, byte[] body, JobOptions options) {
    return call(tube, Requests.put(body, options));
  }

  /** Likewise, without waiting. The body must not change until there is an answer. */
  public CompletableFuture<PutResult> putAsync(String tube, byte[] body, JobOptions options) {
    return send(tube, Requests.put(body, options));
  }

  /**
   * Puts a job once, however often it is asked with this key within the server's {@code
   * key-window}: by this client, which asks again by itself when a connection is lost, or by its
   * caller.
   *
   * @throws CallFailed when there is no answer; or at once, when the server is a beanstalkd, which
   *     cannot promise that
   */
  public PutResult putOnce(String tube, String key, byte[] body, JobOptions options) {
    return call(tube, Requests.putKey(key, body, options));
  }

  /**
   * Puts one job a body, many on their way at once, and hands over each body with what became of
   * it, in order and completed. Asks for no more bodies after the first that was refused or failed;
   * those on their way follow.
   */
  public void putAll(
      String tube,
      Iterator<byte[]> bodies,
      JobOptions options,
      BiConsumer<byte[], CompletableFuture<PutResult>> each) {
    var lane = lane(tube, Requests.put(Reply.NO_BODY, options));
    try {
      putAll(lane, bodies, new Puts(options), each);
    } finally {
      lane.leave();
    }
  }

  /** Waits for half of what may be on its way while the other half is: then once for all of it. */
  private void putAll(
      Lane lane,
      Iterator<byte[]> bodies,
      Puts puts,
      BiConsumer<byte[], CompletableFuture<PutResult>> each) {
    int half = Math.max(1, Math.min(PUT_ALL_MAX, opener.options().callsMax()) / 2);
    var before = new ArrayList<Call<PutResult>>();
    var now = new ArrayList<Call<PutResult>>();
    boolean good = true;
    while (good && bodies.hasNext()) {
      var put = puts.put(bodies.next());
      lane.enter();
      now.add(lane.send(put, true));
      if (now.size() == half) {
        lane.flush();
        good = handOver(before, each);
        var handedOver = before;
        before = now;
        now = handedOver;
      }
    }
    lane.flush();
    handOver(before, each);
    handOver(now, each);
  }

  /** Hands over all, in order; returns whether they were all done. */
  private static boolean handOver(
      List<Call<PutResult>> puts, BiConsumer<byte[], CompletableFuture<PutResult>> each) {
    if (puts.isEmpty()) {
      return true;
    }
    try {
      // So that this thread need not wake for each.
      puts.getLast().awaitEnd();
    } catch (CallFailed interrupted) {
      // What is done by now is handed over all the same.
    }
    boolean good = true;
    for (var put : puts) {
      put.awaitEnd();
      each.accept(put.request().body(), put);
      good &= isGood(put);
    }
    puts.clear();
    return good;
  }

  private static boolean isGood(Call<PutResult> put) {
    return put.state() == Future.State.SUCCESS && !(put.resultNow() instanceof PutResult.Refused);
  }

  /**
   * Asks a command of the tube that is used, of a job, or of the server.
   *
   * @throws CallFailed when there is no answer, or a refusal
   */
  public <T> T call(String tube, Request<T> request) {
    return lane(tube, request).send(request).await();
  }

  /** Likewise, of a job or of the server. */
  public <T> T call(Request<T> request) {
    return call(TUBE_DEFAULT, request);
  }

  /**
   * Likewise, without waiting: without a place for one more call the future has failed already. To
   * cancel it changes nothing at the server.
   */
  public <T> CompletableFuture<T> send(String tube, Request<T> request) {
    try {
      return lane(tube, request).trySend(request);
    } catch (CallFailed e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Likewise, of a job or of the server. */
  public <T> CompletableFuture<T> send(Request<T> request) {
    return send(TUBE_DEFAULT, request);
  }

  /**
   * Takes the first job of these tubes, or waits for one. A connection is its own until it is
   * ended.
   *
   * @param timeout how long the server waits; parts of a second are rounded up
   * @param tubes at least one
   * @throws CallFailed when there is no answer within the timeout and the patience
   */
  public Optional<HeldJob> reserve(Duration timeout, String... tubes) {
    long seconds = Math.min(JobOptions.seconds(timeout), Requests.RESERVE_SECONDS_MAX);
    return hold(
        List.of(tubes), Requests.reserve(seconds), Duration.ofSeconds(seconds), JobClient::jobOf);
  }

  private static Optional<Job> jobOf(ReserveResult result) {
    return switch (result) {
      case ReserveResult.Reserved(var job) -> Optional.of(job);
      // It holds nothing that could run out.
      case ReserveResult.TimedOut(), ReserveResult.DeadlineSoon() -> Optional.empty();
    };
  }

  /** Likewise, without waiting: a virtual thread waits. */
  public CompletableFuture<Optional<HeldJob>> reserveAsync(Duration timeout, String... tubes) {
    return CompletableFuture.supplyAsync(() -> reserve(timeout, tubes), Thread::startVirtualThread);
  }

  /**
   * Takes this job, when it is ready, delayed or buried.
   *
   * @throws CallFailed when there is no answer
   */
  public Optional<HeldJob> reserveJob(long job) {
    return hold(List.of(TUBE_DEFAULT), Requests.reserveJob(job), Duration.ZERO, found -> found);
  }

  private <T> Optional<HeldJob> hold(
      List<String> tubes, Request<T> request, Duration more, Function<T, Optional<Job>> jobOf) {
    if (tubes.isEmpty()) {
      throw new IllegalArgumentException("name a tube to reserve from");
    }
    long patienceNs = opener.options().patience().toNanos();
    // Half of it is for the connection, so that the reply has its time, too.
    long connectedByNs = System.nanoTime() + patienceNs / 2;
    long deadlineNs = deadlineNs() + more.toNanos();
    while (true) {
      var holder = holders.take(tubes, connectedByNs, request);
      try {
        return held(holder, holder.send(request, deadlineNs), jobOf);
      } catch (CallFailed e) {
        if (!e.isWorthAnother() || holders.isClosed() || connectedByNs - System.nanoTime() <= 0) {
          throw e;
        }
      }
    }
  }

  /** Waits for what a connection was asked for, and then holds, or not. */
  private <T> Optional<HeldJob> held(
      Holder holder, Call<T> call, Function<T, Optional<Job>> jobOf) {
    boolean answered = false;
    try {
      var job = jobOf.apply(call.await());
      answered = true;
      if (job.isEmpty()) {
        holders.giveBack(holder);
      }
      return job.map(one -> new HeldJob(one, holder, known -> ended(holder, known)));
    } finally {
      if (!answered) {
        holders.discard(holder);
      }
    }
  }

  /** Ends a job, and asks the connection that held it for the next one. */
  HeldJob.Ahead endAndReserve(HeldJob job, Request<Boolean> end, Duration timeout) {
    long deadlineNs = deadlineNs() + timeout.toNanos();
    return job.endAndReserve(end, Requests.reserve(timeout.toSeconds()), deadlineNs);
  }

  /** Waits for what was asked ahead. */
  Optional<HeldJob> reserve(HeldJob.Ahead ahead) {
    return held(ahead.holder(), ahead.next(), JobClient::jobOf);
  }

  /** Gives back what was asked ahead. */
  void drop(HeldJob.Ahead ahead) {
    holders.discard(ahead.holder());
  }

  private void ended(Holder holder, boolean known) {
    if (known) {
      holders.giveBack(holder);
    } else {
      holders.discard(holder);
    }
  }

  /**
   * Works on the jobs of a tube until it is told to stop, with {@link WorkOptions#DEFAULT}.
   *
   * {@snippet class="io.headrace.client.JobClientSnippets" region="work"}
   */
  public Worker work(String tube, JobHandler handler) {
    return work(tube, WorkOptions.DEFAULT, handler);
  }

  /** Likewise. */
  public Worker work(String tube, WorkOptions options, JobHandler handler) {
    if (options.slots() > opener.options().holdersMax()) {
      throw new IllegalArgumentException(
          options.slots()
              + " slots need as many connections, and there may be "
              + opener.options().holdersMax()
              + " (holdersMax)");
    }
    return new Worker(this, TubeSyntax.checked(tube), options, handler);
  }

  /** Tells who listens. */
  ClientListener listener() {
    return opener.options().listener();
  }

  BackOff backOff() {
    return opener.backOff();
  }

  private long deadlineNs() {
    return System.nanoTime() + opener.options().patience().toNanos();
  }

  /** The lane of a tube, with this call announced. */
  private Lane lane(String tube, Request<?> request) {
    lock.lock();
    try {
      var lane = lanes.get(tube);
      if (lane == null) {
        lane = newLane(TubeSyntax.checked(tube), request);
      }
      lane.enter();
      return lane;
    } finally {
      lock.unlock();
    }
  }

  private Lane newLane(String tube, Request<?> request) {
    if (lanes.size() >= opener.options().tubesMax()) {
      var idle = lanes.values().stream().filter(Lane::isIdle).findFirst();
      if (idle.isEmpty()) {
        throw CallFailed.notDone(
            request,
            opener.unreachable(lanes.size() + " tubes are in use at the same time (tubesMax)"));
      }
      lanes.remove(idle.get().tube());
      idle.get().close();
    }
    var lane = new Lane(tube, opener);
    lanes.put(tube, lane);
    if (closed) {
      lane.close();
    }
    return lane;
  }

  /**
   * Says {@code quit} on every connection, so that the server takes back what they hold and counts
   * no death, and waits for that for two seconds at most. Stop workers before.
   */
  @Override
  public void close() {
    List<Lane> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(lanes.values());
    } finally {
      lock.unlock();
    }
    long untilNs = System.nanoTime() + LEAVE_MAX.toNanos();
    all.forEach(Lane::close);
    holders.close();
    try {
      for (var lane : all) {
        lane.awaitClosed(untilNs);
      }
      holders.awaitClosed(untilNs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    opener.clock().close();
  }
}
