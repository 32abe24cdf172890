package io.headrace.server;

import io.headrace.server.captures.FlightRecorder;
import io.headrace.server.captures.RecorderOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread of the data plane: an event loop of Netty, on epoll where its native library loads
 * and on the JDK's selector elsewhere.
 *
 * <p>The outermost frame of everything that runs on it: what a task throws ends the server through
 * {@code onFailure}, and from then on nothing more is read, run or sent.
 */
final class NettyLoopThread implements LoopThread, AutoCloseable {
  /**
   * Sockets that are looked at in one turn, on epoll: replies are sent at its end, so who was read
   * first waits for all the others. The kernel goes on with those that were left.
   */
  static final int EVENTS_A_TURN = 64;

  /** Time that {@link #close} gives the loop to end, in milliseconds. */
  static final long CLOSE_WAIT_MS = 2_000;

  private final MultiThreadIoEventLoopGroup group;
  private final SingleThreadIoEventLoop loop;
  private final boolean epoll;
  private final Consumer<Throwable> onFailure;
  private final Backlog backlog;
  private final SharedReadBuffer readBuffer = new SharedReadBuffer();
  private final ByteBufAllocator buffers =
      new PooledByteBufAllocator(
          /* preferDirect= */ true,
          /* nHeapArena= */ 0,
          /* nDirectArena= */ 1,
          /* pageSize= */ 8 * 1024,
          /* maxOrder= */ 7,
          /* smallCacheSize= */ 256,
          /* normalCacheSize= */ 64,
          /* useCacheForAllThreads= */ false);
  private final OutBuffers outBuffers = new OutBuffers(buffers);
  private final TurnTimes turns = new TurnTimes();
  private final ConversationFault faults = new ConversationFault(System::nanoTime);
  private FlightRecorder recorder = new FlightRecorder(RecorderOptions.none());
  private long latestNanos;
  private long arrivedNanos;
  private final Runnable turnEnd = this::endTurn;
  private final Runnable timerFired = this::fireTimer;

  private List<Runnable> steps = new ArrayList<>();
  private List<Runnable> running = new ArrayList<>();
  private final Set<Open> open = new HashSet<>();
  private boolean turnEndArmed;
  private boolean ended;
  private volatile boolean closing;

  private Runnable wake = () -> {};
  private long wakeAtNs = Long.MAX_VALUE;
  private long armedAtNs = Long.MAX_VALUE;
  private Future<?> armed;

  private NettyLoopThread(
      MultiThreadIoEventLoopGroup group,
      boolean epoll,
      Backlog backlog,
      Consumer<Throwable> onFailure) {
    this.group = group;
    this.backlog = backlog;
    this.loop = (SingleThreadIoEventLoop) group.next();
    this.epoll = epoll;
    this.onFailure = onFailure;
    this.armed = loop.newSucceededFuture(Boolean.TRUE);
  }

  /**
   * Starts the thread.
   *
   * @param onFailure told, on the loop's thread and once, what ended it
   */
  static NettyLoopThread start(String name, Consumer<Throwable> onFailure) {
    return start(
        name,
        new Backlog(OutLimits.backlogBytesMax(), Optional.empty(), new ClientFaults()),
        onFailure);
  }

  /** Like {@link #start(String, Consumer)}, with a backlog of its own. */
  static NettyLoopThread start(String name, Backlog backlog, Consumer<Throwable> onFailure) {
    return start(name, Epoll.isAvailable(), backlog, onFailure);
  }

  /** Like {@link #start(String, Consumer)}, on epoll or not, with a backlog of its own. */
  static NettyLoopThread start(
      String name, boolean epoll, Backlog backlog, Consumer<Throwable> onFailure) {
    IoHandlerFactory io =
        epoll
            ? EpollIoHandler.newFactory(EVENTS_A_TURN, DefaultSelectStrategyFactory.INSTANCE)
            : NioIoHandler.newFactory();
    var threads = new DefaultThreadFactory(name, /* daemon= */ false, Thread.NORM_PRIORITY);
    var thread =
        new NettyLoopThread(
            new MultiThreadIoEventLoopGroup(1, threads, io), epoll, backlog, onFailure);
    thread.keepOneTimer();
    thread.watch();
    return thread;
  }

  /**
   * A loop without any scheduled task wakes each second and sets its timerfd on each wait (Netty
   * 4.2.18, {@code SingleThreadEventExecutor.deadlineNanos}): one more system call a turn.
   */
  private void keepOneTimer() {
    var _ = loop.schedule(() -> {}, 36_500, TimeUnit.DAYS);
  }

  /** A process whose loop is dead must not stay: it would hold its port and answer nobody. */
  private void watch() {
    var _ =
        loop.terminationFuture()
            .addListener(_ -> {
              if (!closing) {
                onFailure.accept(new IllegalStateException("the event loop's thread ended"));
              }
            });
  }

  /** Whether connections can have what only the native transport offers, as Unix sockets. */
  boolean isEpoll() {
    return epoll;
  }

  EventLoop eventLoop() {
    return loop;
  }

  /**
   * Has this connection told of its events, once it submits which. Called on this thread.
   *
   * @throws ChannelException when the kernel has no room to watch one more
   */
  IoRegistration register(IoHandle connection) {
    Future<IoRegistration> done = loop.register(connection);
    if (!done.isSuccess()) {
      throw new ChannelException("it cannot be watched", done.cause());
    }
    return done.getNow();
  }

  /** A connection that {@link #close} closes. Called on this thread. */
  interface Open {
    /** Closes it without sending anything more. */
    void drop();

    /** The peer's address, as a person reads it. */
    String peer();
  }

  /** Notes a connection, to be closed with the thread. Called on this thread. */
  void opened(Open connection) {
    open.add(connection);
  }

  /** Forgets a connection. Called on this thread. */
  void closed(Open connection) {
    open.remove(connection);
  }

  /** The replies that wait for slow peers. */
  Backlog backlog() {
    return backlog;
  }

  /** How long its turns take. */
  TurnTimes turns() {
    return turns;
  }

  /** Has this remember what is said. Called once, before the first connection. */
  void recordWith(FlightRecorder by) {
    recorder = by;
  }

  /** Who tells of connections that are closed by a fault. */
  ConversationFault faults() {
    return faults;
  }

  /** Who remembers what is said. */
  FlightRecorder recorder() {
    return recorder;
  }

  /** What all connections read into. */
  SharedReadBuffer readBuffer() {
    return readBuffer;
  }

  /**
   * Where replies get their memory from: off the heap, in chunks of 1 MiB, kept for this thread.
   */
  ByteBufAllocator buffers() {
    return buffers;
  }

  /** Where a connection gets its buffer for the replies of a turn. */
  OutBuffers outBuffers() {
    return outBuffers;
  }

  /** Whether the server has failed or stopped, so that nothing may be acknowledged any more. */
  boolean hasEnded() {
    return ended;
  }

  /** From now on nothing is read, run or sent. Called on this thread. */
  void end() {
    ended = true;
  }

  /** Ends the server for this reason. Called on this thread; only the first call counts. */
  void fail(Throwable reason) {
    if (!ended) {
      ended = true;
      report(reason);
    }
  }

  /** A process that could not even say why it failed must not stay, holding its port. */
  private void report(Throwable reason) {
    try {
      onFailure.accept(reason);
    } catch (Throwable e) {
      Runtime.getRuntime().halt(ServerEnd.Failed.BUG);
    }
  }

  @Override
  public long nanoTime() {
    latestNanos = System.nanoTime();
    return latestNanos;
  }

  /** Notes that bytes have come, and returns when. The one look at the clock for a read. */
  long bytesCame() {
    arrivedNanos = nanoTime();
    return arrivedNanos;
  }

  @Override
  public long arrivedNanos() {
    return arrivedNanos;
  }

  /** The time as somebody looked at it last, in this turn or one before. */
  long latestNanos() {
    return latestNanos;
  }

  @Override
  public void atEndOfTurn(Runnable step) {
    steps.add(step);
    armTurnEnd();
  }

  private void armTurnEnd() {
    if (!turnEndArmed) {
      turnEndArmed = true;
      turns.begin(System.nanoTime());
      loop.executeAfterEventLoopIteration(turnEnd);
    }
  }

  private void endTurn() {
    List<Runnable> now = steps;
    steps = running;
    running = now;
    for (int i = 0; i < now.size(); i++) {
      run(now.get(i));
    }
    now.clear();
    turns.end(System.nanoTime());
    turnEndArmed = false;
    if (!steps.isEmpty()) {
      // Netty would run a step that was added here in this same turn, before any read.
      turnEndArmed = true;
      loop.execute(() -> {
        turns.begin(System.nanoTime());
        loop.executeAfterEventLoopIteration(turnEnd);
      });
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A timer that would fire too early is left alone and set again when it has fired: the next
   * deadline of a queue moves with almost every command, and mostly away.
   */
  @Override
  public void wakeAt(long nanoTime, Runnable wake) {
    this.wake = wake;
    this.wakeAtNs = nanoTime;
    armTimer();
  }

  private void armTimer() {
    if (wakeAtNs != Long.MAX_VALUE && (armedAtNs == Long.MAX_VALUE || wakeAtNs < armedAtNs)) {
      armed.cancel(false);
      armedAtNs = wakeAtNs;
      long delayNs = Math.max(0, wakeAtNs - System.nanoTime());
      armed = loop.schedule(timerFired, delayNs, TimeUnit.NANOSECONDS);
    }
  }

  private void fireTimer() {
    long now = System.nanoTime();
    if (armedAtNs <= now) {
      armedAtNs = Long.MAX_VALUE;
    }
    if (wakeAtNs <= now) {
      wakeAtNs = Long.MAX_VALUE;
      runTurn(wake);
    }
    armTimer();
  }

  /** {@inheritDoc} A thread that has ended runs nothing. */
  @Override
  public void execute(Runnable task) {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> runTurn(task));
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>What is executed while tasks run is one of them: Netty 4.2.18 runs at least 64 of them, and
   * up to a second, before it looks at a socket. What is scheduled is found after it.
   */
  @Override
  public void executeAfterReads(Runnable task) {
    executeAfter(0, task);
  }

  /** Like {@link #execute}, after a while. */
  void executeAfter(long delayMs, Runnable task) {
    var _ = loop.schedule(() -> runTurn(task), delayMs, TimeUnit.MILLISECONDS);
  }

  /** Runs what is a turn of its own, or belongs to one that has begun. */
  private void runTurn(Runnable task) {
    turns.begin(System.nanoTime());
    run(task);
    if (!turnEndArmed) {
      turns.end(System.nanoTime());
    }
  }

  private void run(Runnable task) {
    if (ended) {
      return;
    }
    try {
      task.run();
    } catch (Throwable reason) {
      fail(reason);
    }
  }

  private void dropAll() {
    ended = true;
    List.copyOf(open).forEach(Open::drop);
  }

  /** Closes all connections and ends the thread. Not called on this thread. */
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (!loop.isShuttingDown()) {
      // Netty 4.2.18 may end the thread without closing what it serves.
      loop.submit(this::dropAll).awaitUninterruptibly(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
    }
    group
        .shutdownGracefully(0, CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
    readBuffer.close();
    outBuffers.close();
  }
}
