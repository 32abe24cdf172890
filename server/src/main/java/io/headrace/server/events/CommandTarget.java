package io.headrace.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command of the shell, run for each event with its JSON line on stdin. Its stdout goes nowhere.
 * What it leaves running when it ends in time is its own affair; when it does not, all of it is
 * killed.
 */
final class CommandTarget implements Target {
  /** How much of what it says on stderr is told when it fails: the end, in bytes. */
  static final int STDERR_BYTES_MAX = 1_024;

  /** How often a command that says nothing is looked at. */
  private static final long LOOK_MS = 10;

  /** The longest that a killed process is waited for; the kernel may hold it in a system call. */
  private static final long KILL_WAIT_S = 1;

  private static final int READ_BYTES = 8_192;

  private final List<String> words;
  private final Duration timeout;

  /**
   * A target.
   *
   * @param command what {@code /bin/sh -c} takes
   * @param timeout how long it may run
   */
  CommandTarget(String command, Duration timeout) {
    words = new ArrayList<>();
    // A session of its own, whose processes can be killed together; see setsid(1).
    Stream.of("/usr/bin/setsid", "/bin/setsid")
        .filter(program -> Files.isExecutable(Path.of(program)))
        .findFirst()
        .ifPresent(words::add);
    words.addAll(List.of("/bin/sh", "-c", command));
    this.timeout = timeout;
  }

  @Override
  public String name() {
    return "on-event";
  }

  @Override
  public Outcome tell(Telling telling, long dropped) throws InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return new Outcome.NotTold("cannot be started: " + e.getMessage());
    }
    byte[] line = (EventJson.of(telling, dropped) + "\n").getBytes(UTF_8);
    // On a thread of its own: one that does not read may leave the pipe full.
    Thread.startVirtualThread(() -> give(process, line));
    var said = new LastBytes(STDERR_BYTES_MAX);
    try (InputStream stderr = process.getErrorStream()) {
      if (!ends(process, stderr, said)) {
        return new Outcome.NotTold(
            "did not end within " + timeout.toMillis() + " ms and was killed" + said.quoted());
      }
      int code = process.exitValue();
      return code == 0
          ? new Outcome.Told()
          : new Outcome.NotTold("ended with code " + code + said.quoted());
    } catch (IOException e) {
      return new Outcome.NotTold("cannot be watched: " + e.getMessage());
    } finally {
      if (process.isAlive()) {
        kill(process);
      }
    }
  }

  private static void give(Process process, byte[] line) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(line);
    } catch (IOException _) {
      // It need not read: what counts is how it ends.
    }
  }

  /**
   * Reads only what is there: who started something that goes on may have left it stderr, which
   * then never ends.
   */
  private boolean ends(Process process, InputStream stderr, LastBytes said)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[READ_BYTES];
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < timeout.toNanos()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("told to stop while it runs");
      }
      boolean ended = stderr.available() == 0 && process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
      int bytes = Math.min(stderr.available(), buffer.length);
      if (bytes > 0) {
        said.add(buffer, stderr.read(buffer, 0, bytes));
      } else if (ended) {
        return true;
      }
    }
    return false;
  }

  /** Kills it and what it has started: its process group, and who has left that, one by one. */
  private static void kill(Process process) throws InterruptedException {
    List<ProcessHandle> descendants = process.descendants().toList();
    killGroup(process.pid());
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    process.waitFor(KILL_WAIT_S, TimeUnit.SECONDS);
  }

  private static void killGroup(long group) throws InterruptedException {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -s KILL -- -" + group)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(KILL_WAIT_S, TimeUnit.SECONDS);
    } catch (IOException _) {
      // No process can be started: the descendants are killed one by one.
    }
  }

  @Override
  public void close() {
    // Nothing is held between two events.
  }
}
