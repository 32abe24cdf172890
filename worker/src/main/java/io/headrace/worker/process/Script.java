package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that runs, with all that it starts. One thread feeds it, hears it and waits for it; any
 * other may kill it.
 */
public final class Script {
  /** What {@link #await} has seen. */
  public enum Event {
    /** It has ended; what it has started may still run. */
    ENDED,
    /** The descriptor that was watched has something to read, or is at its end. */
    WATCHED,
    /** The time has come. */
    TIME
  }

  /** In place of a descriptor to watch. */
  public static final int NONE = -1;

  static final long POLL_BYTES = 8;
  static final long POLLS = 6;

  private static final int CLOSED = -1;
  private static final long EVENTS_OFFSET = 4;
  private static final long REVENTS_OFFSET = 6;

  /** Size of {@code siginfo_t}, and what waitid(2) writes into it. */
  static final long INFO_BYTES = 128;

  private static final long INFO_CODE_OFFSET = 8;
  private static final long INFO_STATUS_OFFSET = 24;
  private static final int CLD_EXITED = 1;

  private static final int ENDED_AT = 0;
  private static final int IN_AT = 1;
  private static final int WATCHED_AT = 2;
  private static final int EARS_AT = 3;

  private final Scratch scratch;
  private final String mark;
  private final byte[] body;
  private final List<Sink> sinks;
  private final List<Ear> ears = new ArrayList<>();
  private final long beganNs = System.nanoTime();
  private int fed;
  private int in = CLOSED;
  private int life = CLOSED;
  private int pid;

  /** Its number may be another's afterwards. Guarded by this. */
  private boolean collected;

  private Script(Launch launch, byte[] body, List<Sink> sinks, Scratch scratch) {
    this.mark = launch.mark();
    this.body = body;
    this.sinks = sinks;
    this.scratch = scratch;
  }

  /**
   * Starts a script.
   *
   * @param body what it reads from its stdin
   * @param sinks where its stdout and stderr go and, if there is a third, its descriptor 3
   */
  public static Script start(Launch launch, byte[] body, List<Sink> sinks, Scratch scratch)
      throws SpawnException {
    var script = new Script(launch, body, sinks, scratch);
    boolean started = false;
    try {
      script.spawn(launch);
      started = true;
    } finally {
      if (!started) {
        script.closeAll();
      }
    }
    return script;
  }

  private void spawn(Launch launch) throws SpawnException {
    var theirs = new int[1 + sinks.size()];
    openPipe(scratch);
    theirs[0] = scratch.ends.getAtIndex(JAVA_INT, 0);
    in = scratch.ends.getAtIndex(JAVA_INT, 1);
    try {
      for (int i = 1; i < theirs.length; i++) {
        var ear = Ear.of(scratch);
        ears.add(ear);
        theirs[i] = ear.writer();
      }
      Libc.setFlags(in, Libc.O_NONBLOCK);
      pid =
          Spawner.spawn(
              launch.path(), launch.arguments(), launch.environment(), launch.variables(), theirs);
    } finally {
      close(theirs[0]);
    }
    life = Libc.processDescriptor(pid);
    if (life < 0) {
      int error = -life;
      life = CLOSED;
      kill();
      collect();
      throw new SpawnException(outOf("descriptor of a process", error));
    }
    feed();
  }

  static void openPipe(Scratch scratch) throws SpawnException {
    int error = Libc.pipe(scratch.ends);
    if (error != 0) {
      throw new SpawnException(outOf("pipe", -error));
    }
  }

  private static String outOf(String what, int error) {
    return "no " + what + " is to be had, error " + error + "; raise the limit of open files";
  }

  /** The number of its process, of its session, and of its group. */
  public int pid() {
    return pid;
  }

  /** When it was started, of {@link System#nanoTime}. */
  public long beganNs() {
    return beganNs;
  }

  /** All its processes. */
  public Tree tree() {
    return Tree.of(pid, mark);
  }

  /** Serves its streams until something has happened. */
  public Event await(int watched, long untilNs) {
    while (true) {
      prepare(ENDED_AT, life, Libc.POLLIN);
      prepare(IN_AT, in, Libc.POLLOUT);
      prepare(WATCHED_AT, watched, Libc.POLLIN);
      for (int i = 0; i < ears.size(); i++) {
        prepare(EARS_AT + i, ears.get(i).reader(), Libc.POLLIN);
      }
      int ready = Libc.poll(scratch.polls, EARS_AT + ears.size(), waitMs(untilNs));
      if (ready > 0) {
        for (int i = 0; i < ears.size(); i++) {
          if (isReady(EARS_AT + i)) {
            ears.get(i).hear(sinks.get(i), scratch);
          }
        }
        if (isReady(IN_AT)) {
          feed();
        }
        if (isReady(ENDED_AT)) {
          return Event.ENDED;
        }
        if (isReady(WATCHED_AT)) {
          return Event.WATCHED;
        }
      }
      if (System.nanoTime() - untilNs >= 0) {
        return Event.TIME;
      }
    }
  }

  private static int waitMs(long untilNs) {
    long leftNs = untilNs - System.nanoTime();
    return leftNs <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, leftNs / 1_000_000 + 1);
  }

  /** A descriptor below 0 is passed over by poll(2). */
  private void prepare(int at, int descriptor, short events) {
    scratch.polls.set(JAVA_INT, at * POLL_BYTES, descriptor);
    scratch.polls.set(JAVA_SHORT, at * POLL_BYTES + EVENTS_OFFSET, events);
    scratch.polls.set(JAVA_SHORT, at * POLL_BYTES + REVENTS_OFFSET, (short) 0);
  }

  private boolean isReady(int at) {
    return scratch.polls.get(JAVA_SHORT, at * POLL_BYTES + REVENTS_OFFSET) != 0;
  }

  /** Writes as much of the body as the pipe takes. A script need not read it. */
  private void feed() {
    while (fed < body.length) {
      int chunk = Math.min(body.length - fed, Scratch.CHUNK_BYTES);
      MemorySegment.copy(body, fed, scratch.chunk, JAVA_BYTE, 0, chunk);
      long written = Libc.write(in, scratch.chunk, chunk);
      if (written == -Libc.EAGAIN || written == -Libc.EINTR) {
        return;
      }
      if (written < 0) {
        break;
      }
      fed += (int) written;
    }
    close(in);
    in = CLOSED;
  }

  /** Asks all of its group to end. */
  public void terminate() {
    signal(Libc.SIGTERM);
  }

  /** Kills its group. Any thread may. */
  public void kill() {
    signal(Libc.SIGKILL);
  }

  private synchronized void signal(int signal) {
    if (!collected) {
      Libc.kill(-pid, signal);
    }
  }

  /**
   * Kills what it has left behind, and collects it. To be called after {@link Event#ENDED}.
   *
   * @param blamed whether it ended badly whatever its code; what it read and wrote is then told
   */
  public Ended end(boolean blamed) {
    // Until it is collected nobody else can have its number, nor that of its group.
    signal(Libc.SIGKILL);
    var orphans = Orphans.kill(pid, mark, scratch);
    boolean well = !blamed && isDone();
    // It costs as much as all else here, and goes with the process.
    var io = well ? "" : ProcFile.text(pid + "/io");
    boolean silent = true;
    for (int i = 0; i < ears.size(); i++) {
      silent &= ears.get(i).hearLast(sinks.get(i), scratch);
    }
    collect();
    if (well && silent && !orphans.others()) {
      // Nobody is left who could speak to the next one's.
      scratch.kept.addAll(ears);
      ears.clear();
    }
    closeAll();
    return new Ended(
        pid,
        WaitStatus.of(scratch.status.get(JAVA_INT, 0)),
        Usage.of(scratch.usage, Duration.ofNanos(System.nanoTime() - beganNs)),
        ProcFile.number(io, "rchar:"),
        ProcFile.number(io, "wchar:"),
        orphans.killed());
  }

  /** Whether it has exited with 0. */
  private boolean isDone() {
    return Libc.look(pid, scratch.info) == 0
        && scratch.info.get(JAVA_INT, INFO_CODE_OFFSET) == CLD_EXITED
        && scratch.info.get(JAVA_INT, INFO_STATUS_OFFSET) == 0;
  }

  private synchronized void collect() {
    while (Libc.wait(pid, scratch.status, 0, scratch.usage) == -Libc.EINTR) {
      // A signal for somebody else.
    }
    collected = true;
  }

  private void closeAll() {
    close(in);
    close(life);
    in = CLOSED;
    life = CLOSED;
    ears.forEach(Ear::close);
    ears.clear();
  }

  private static void close(int descriptor) {
    if (descriptor != CLOSED) {
      Libc.close(descriptor);
    }
  }
}
