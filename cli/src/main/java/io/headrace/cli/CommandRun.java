package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command for a job, which is touched meanwhile. To be closed when it is decided what
 * becomes of the job: a verb that is told to end waits for that.
 */
final class CommandRun implements AutoCloseable {
  /** A job with the shortest TTR is touched in time. */
  private static final Duration TOUCH_MIN = Duration.ofMillis(300);

  /** How long a command that was asked to end may take, and then the word about its job. */
  private static final long END_SECONDS_MAX = 5;

  /** By then whoever ends a process group has told all of it. */
  private static final Duration TOLD_WITHIN = Duration.ofMillis(200);

  private final List<String> command;
  private final Job job;
  private final String tube;
  private final Duration touchEvery;
  private final CountDownLatch decided = new CountDownLatch(1);
  private Optional<Process> running = Optional.empty();
  private boolean ending;

  CommandRun(List<String> command, Job job, String tube, Duration ttr) {
    this.command = command;
    this.job = job;
    this.tube = tube;
    var third = ttr.dividedBy(3);
    touchEvery = third.compareTo(TOUCH_MIN) < 0 ? TOUCH_MIN : third;
  }

  /** Ends the command, and waits until it is decided what becomes of the job. */
  void endWithVerb() {
    ending().ifPresent(CommandRun::end);
    try {
      var _ = decided.await(END_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the exit code. When the command cannot be started the job goes back at once. */
  int run(HeadraceClient client) {
    var builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("HEADRACE_JOB_ID", Long.toString(job.id()));
    builder.environment().put("HEADRACE_TUBE", tube);
    try {
      var process = builder.start();
      started(process);
      Thread.ofPlatform().daemon().name("headrace-body").start(() -> feed(process));
      return await(process, client);
    } catch (IOException e) {
      throw new Failure(
          Exit.USAGE,
          "'"
              + command.getFirst()
              + "' cannot be run: "
              + reason(e)
              + "; job "
              + job.id()
              + " goes back",
          e);
    }
  }

  /** The JDK wraps what the system says into its own words twice. */
  private static String reason(IOException e) {
    var message = String.valueOf(e.getMessage());
    int open = message.lastIndexOf('(');
    int close = message.lastIndexOf(')');
    return open >= 0 && open < close ? message.substring(open + 1, close) : message;
  }

  private int await(Process process, HeadraceClient client) {
    boolean held = true;
    try {
      while (!process.waitFor(touchEvery.toMillis(), TimeUnit.MILLISECONDS)) {
        if (held && !client.touch(job.id())) {
          held = false;
          Output.note("job " + job.id() + " is not ours any more; the command still runs");
        }
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(process);
      throw new Failure(Exit.NO, "interrupted; job " + job.id() + " goes back", e);
    }
  }

  /**
   * Whether the command ended because this verb is to end. A terminal tells both at once, so that
   * this may come to know it a little later than the command.
   */
  boolean wasEnded(int exit) {
    if (Fatality.isPolite(exit)) {
      Pace.sleep(TOLD_WITHIN);
    }
    synchronized (this) {
      return ending;
    }
  }

  private void feed(Process process) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(job.body());
    } catch (IOException e) {
      // A command need not read its stdin; its exit code says whether it did what it should.
      return;
    }
  }

  private synchronized void started(Process process) {
    running = Optional.of(process);
    if (ending) {
      process.destroy();
    }
  }

  private synchronized Optional<Process> ending() {
    ending = true;
    return running;
  }

  @Override
  public void close() {
    decided.countDown();
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
