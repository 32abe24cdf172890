package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * A small process that outlives this one by moments: when this one is gone, however it went, it
 * kills all that carries a mark. Who is about to run a program shows no environment for a moment:
 * only when it has found none twice does it believe that none is left. Until then it holds a
 * descriptor, the connection to the server: so the server sees the connection end, and gives the
 * job to another, only when no process of the script is left.
 */
public final class Guardian implements AutoCloseable {
  private static final String SHELL = "/bin/sh";

  /** Its environment has no mark, and its stdin ends with us. */
  private static final String TEXT =
      """
      trap '' HUP INT QUIT TERM
      while read -r _; do :; done
      calm=0
      while [ $calm -lt 2 ]; do
        found=$(grep -lsxzF -e "$1" /proc/[0-9]*/environ)
        calm=$((calm + 1))
        [ -z "$found" ] || calm=0
        for one in $found; do
          one=${one#/proc/}
          kill -KILL "${one%/environ}"
        done
        sleep 0.05
      done
      """;

  private final int pid;
  private final int lifeline;
  private boolean closed;

  private Guardian(int pid, int lifeline) {
    this.pid = pid;
    this.lifeline = lifeline;
  }

  /**
   * Starts one.
   *
   * @param mark a word of the environment, as {@code KEY=VALUE}
   * @param held the descriptor that it holds
   */
  public static Guardian start(String mark, int held) throws SpawnException {
    try (var arena = Arena.ofConfined()) {
      var ends = arena.allocate(JAVA_INT, 2);
      if (Libc.pipe(ends) != 0) {
        throw new SpawnException("no descriptor is left for a pipe");
      }
      int read = ends.get(JAVA_INT, 0);
      int lifeline = ends.get(JAVA_INT, Integer.BYTES);
      try {
        int pid =
            Spawner.spawn(
                SHELL,
                List.of(SHELL, "-c", TEXT, "headrace-guardian", mark),
                Environment.EMPTY,
                List.of("PATH=" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin")),
                read,
                Spawner.NOTHING,
                Spawner.NOTHING,
                held);
        return new Guardian(pid, lifeline);
      } catch (SpawnException e) {
        Libc.close(lifeline);
        throw e;
      } finally {
        Libc.close(read);
      }
    }
  }

  /** Its process id. */
  public int pid() {
    return pid;
  }

  /** Lets it kill what is left, and waits for that elsewhere. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    Libc.close(lifeline);
    Thread.ofPlatform().daemon().name("headrace-guardian-" + pid).start(this::collect);
  }

  private void collect() {
    try (var arena = Arena.ofConfined()) {
      var status = arena.allocate(JAVA_INT);
      var usage = arena.allocate(Usage.BYTES, Long.BYTES);
      while (Libc.wait(pid, status, 0, usage) == -Libc.EINTR) {
        // A signal for somebody else.
      }
    }
  }
}
