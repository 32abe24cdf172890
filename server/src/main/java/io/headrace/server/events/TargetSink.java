package io.headrace.server.events;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of each event, and a command and a URL where they are set. */
public final class TargetSink implements EventSink, AutoCloseable {
  /** How long a command may run, a connect may take, and a request. */
  static final Duration EVENT_TIMEOUT = Duration.ofSeconds(10);

  /** How long {@link #close} waits for what is not told yet. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  /** How long it then waits for a command to be killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(TargetSink.class);

  private final List<Teller> tellers;
  private final LongSupplier nanoTime;
  private final Duration closeWait;

  TargetSink(
      List<Target> targets,
      Pace pace,
      Duration closeWait,
      LongSupplier nanoTime,
      DoubleSupplier chance,
      Consumer<String> complaints) {
    this.nanoTime = nanoTime;
    this.closeWait = closeWait;
    tellers =
        targets.stream()
            .map(target -> new Teller(target, pace, nanoTime, chance, complaints))
            .toList();
  }

  /**
   * A sink that tells the log, and these.
   *
   * @param command what {@code /bin/sh -c} takes
   * @param url an absolute URL of http or https
   */
  public static TargetSink start(Optional<String> command, Optional<URI> url) {
    var targets = new ArrayList<Target>();
    targets.add(new LogTarget());
    command.ifPresent(words -> targets.add(new CommandTarget(words, EVENT_TIMEOUT)));
    url.ifPresent(address -> targets.add(new UrlTarget(address, EVENT_TIMEOUT)));
    return new TargetSink(
        targets,
        Pace.DEFAULT,
        CLOSE_WAIT,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble(),
        LOG::warn);
  }

  @Override
  public void tell(Event event) {
    for (Teller teller : tellers) {
      teller.offer(event);
    }
  }

  /**
   * Waits until what it was handed is told, for ten seconds at most. What fails is tried once more:
   * a server that is to start again does not wait for a webhook that is gone. May be called twice.
   */
  @Override
  public void close() {
    close(/* patiently= */ false);
  }

  /** The same, but that what fails is tried again as ever, as long as there is time. */
  public void closePatiently() {
    close(/* patiently= */ true);
  }

  private void close(boolean patiently) {
    tellers.forEach(teller -> teller.finish(patiently));
    long untilNs = nanoTime.getAsLong() + closeWait.toNanos();
    try {
      for (Teller teller : tellers) {
        teller.join(untilNs, GRACE.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
