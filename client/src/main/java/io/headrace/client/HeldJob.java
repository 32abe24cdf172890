package io.headrace.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A job that is held: until it is ended, its TTR is over, or its connection is lost. All that is
 * said of it goes over the connection that holds it, and over no other: when that is lost, the job
 * is somebody else's.
 *
 * <p>For any thread; ended once.
 */
public final class HeldJob implements AutoCloseable {
  private final Job job;
  private final Holder holder;
  private final Consumer<Boolean> ended;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean lost;
  private volatile Optional<Runnable> whenLost = Optional.empty();

  /**
   * @param ended is told, once, that the job is ended, and whether the connection holds nothing now
   */
  HeldJob(Job job, Holder holder, Consumer<Boolean> ended) {
    this.job = job;
    this.holder = holder;
    this.ended = ended;
    holder.whenLost(this::lost);
  }

  private void lost() {
    lost = true;
    whenLost.ifPresent(Runnable::run);
  }

  /** The job's id, from 1. */
  public long id() {
    return job.id();
  }

  /** The body itself, not a copy: it belongs to the caller. */
  public byte[] body() {
    return job.body();
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(job.body(), StandardCharsets.UTF_8);
  }

  /**
   * Whether it is known to be somebody else's: its connection is dead, or its TTR was over when
   * something was said of it. What it was taken for should stop.
   */
  public boolean isLost() {
    return lost;
  }

  /** Has this done when the job is lost; at once, when it is. */
  void whenLost(Runnable told) {
    whenLost = Optional.of(told);
    if (lost) {
      told.run();
    }
  }

  /** Ends it for good; false when it was not held any more. */
  public boolean delete() {
    return end(Requests.delete(id()));
  }

  /**
   * Puts it back; false when it was not held any more. Where the tube's policy allows it no further
   * attempt the server buries it: true too.
   */
  public boolean release(long priority, Duration delay) {
    return end(Requests.release(id(), priority, delay));
  }

  /** Sets it aside; false when it was not held any more. */
  public boolean bury(long priority) {
    return end(Requests.bury(id(), priority));
  }

  /**
   * Says that the process which worked on it has died, with evidence; a Headrace server alone knows
   * that.
   */
  public DiedResult died(byte[] docket) {
    var result = holder.send(Requests.died(id(), docket)).await();
    switch (result) {
      case DIED -> over(true);
      case NOT_FOUND -> {
        lost = true;
        over(true);
      }
      case REFUSED -> {}
    }
    return result;
  }

  boolean end(Request<Boolean> request) {
    var end = holder.send(request);
    boolean answered = false;
    try {
      boolean held = held(end);
      answered = true;
      return held;
    } finally {
      over(answered);
    }
  }

  private boolean held(Call<Boolean> end) {
    boolean held = end.await();
    lost |= !held;
    return held;
  }

  /**
   * What was asked of a connection before it had answered how its last job ended.
   *
   * @param held whether that was still held
   */
  record Ahead(Holder holder, boolean held, Call<ReserveResult> next) {}

  /** Ends it, and asks the same connection for the next one: one way there and back for both. */
  Ahead endAndReserve(Request<Boolean> request, Request<ReserveResult> reserve, long deadlineNs) {
    var end = holder.send(request);
    var next = holder.send(reserve, deadlineNs);
    boolean answered = false;
    try {
      var ahead = new Ahead(holder, held(end), next);
      answered = true;
      return ahead;
    } finally {
      if (answered) {
        over.set(true);
        holder.forget();
      } else {
        over(false);
      }
    }
  }

  private void over(boolean known) {
    if (over.compareAndSet(false, true)) {
      holder.forget();
      ended.accept(known);
    }
  }

  /** Gives it its whole TTR again; false when it was not held any more. */
  public boolean touch() {
    return touched(holder.send(Requests.touch(id())).await());
  }

  private boolean touched(boolean held) {
    if (!held) {
      lost();
    }
    return held;
  }

  /** Likewise, without waiting. */
  void touchSoon() {
    var _ = holder.send(Requests.touch(id())).thenAccept(this::touched);
  }

  /** Asks the server for its TTR, in whole seconds, without waiting. */
  void askTtr(Consumer<Duration> told) {
    var _ =
        holder
            .send(Requests.statsJob(id()))
            .thenAccept(facts ->
                facts
                    .map(fact -> fact.get("ttr"))
                    .filter(ttr -> ttr.matches("[0-9]{1,10}"))
                    .ifPresent(ttr -> told.accept(Duration.ofSeconds(Long.parseLong(ttr)))));
  }

  /** Whether nothing was said yet of how it ends. */
  boolean isOpen() {
    return !over.get();
  }

  /** Gives it back, unless it was ended: the server makes it ready again, and counts no death. */
  @Override
  public void close() {
    over(false);
  }

  @Override
  public String toString() {
    return job.toString();
  }
}
