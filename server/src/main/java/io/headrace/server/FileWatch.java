package io.headrace.server;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then whether files have changed that others go by. */
final class FileWatch implements AutoCloseable {
  /** How often it looks. A change is in force after two looks. */
  static final Duration TICK = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private final List<Runnable> looks;
  private final Thread thread;

  private FileWatch(List<Runnable> looks) {
    this.looks = looks;
    thread = Thread.ofVirtual().name("headrace-files").unstarted(this::run);
  }

  /** Begins to look, on a thread of its own. */
  static FileWatch start(List<Runnable> looks) {
    var watch = new FileWatch(List.copyOf(looks));
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(TICK);
        looks.forEach(FileWatch::guarded);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** The thread's outermost frame: what one look meets must not end the others. */
  private static void guarded(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      LOG.error("A changed file was not read, by a fault of this server. Please report it", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
