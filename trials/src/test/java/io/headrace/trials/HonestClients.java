package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that put, reserve and delete at a moderate pace, each in a tube of its own, and note how
 * long each reply took.
 */
final class HonestClients implements AutoCloseable {
  /** Between two jobs of a client, half of it more or less. */
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(40);

  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile Histogram timesUs = new ConcurrentHistogram(3);
  private volatile boolean over;

  private HonestClients() {}

  static HonestClients start(RunningServer server, int count, long seed) {
    var clients = new HonestClients();
    for (int i = 0; i < count; i++) {
      int number = i;
      clients.threads.add(
          Thread.ofPlatform()
              .name("honest-" + i)
              .start(() -> clients.run(server, number, new Random(seed + number))));
    }
    return clients;
  }

  private void run(RunningServer server, int number, Random random) {
    try (var talk = server.connect()) {
      talk.ask("use honest-" + number);
      talk.ask("watch honest-" + number);
      while (!over) {
        work(talk);
        LockSupport.parkNanos(PAUSE_NS / 2 + (long) (random.nextDouble() * PAUSE_NS));
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }

  private void work(Talk talk) throws IOException {
    assertThat(timed(talk, "put 0 0 60 5\r\nhello").line()).startsWith("INSERTED ");
    var reserved = timed(talk, "reserve");
    assertThat(reserved.body()).isEqualTo("hello");
    assertThat(timed(talk, "delete " + reserved.id()).line()).isEqualTo("DELETED");
  }

  private Talk.Reply timed(Talk talk, String line) throws IOException {
    long began = System.nanoTime();
    var reply = talk.ask(line);
    timesUs.recordValue((System.nanoTime() - began) / 1_000);
    return reply;
  }

  /** How long the replies of the next {@code seconds} take, in microseconds. */
  Histogram measure(int seconds) {
    var fresh = new ConcurrentHistogram(3);
    timesUs = fresh;
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    assertThat(failures).isEmpty();
    return fresh.copy();
  }

  @Override
  public void close() {
    over = true;
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while clients end", e);
    }
  }
}
