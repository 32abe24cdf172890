package io.headrace.worker;

import io.headrace.http.Escaped;
import io.headrace.http.Exchange;
import io.headrace.http.ExchangeText;
import io.headrace.http.HttpProbe;
import io.headrace.http.JobRequest;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A web request that is made for a job, on a thread of its own. It ends by itself, at its total
 * deadline at the latest.
 */
final class WebRun implements Run {
  private final WebTask task;
  private final Held held;
  private final JobRequest job;
  private final Result result;
  private final FutureTask<Exchange> asking;
  private final Thread thread;

  private WebRun(WebTask task, Held held, JobRequest job, Result result) {
    this.task = task;
    this.held = held;
    this.job = job;
    this.result = result;
    var sizes = task.sizes().withBodyKeptMax(result.room());
    var probe = new HttpProbe(task.deadlines(), sizes, task.trust());
    this.asking = new FutureTask<>(() -> probe.run(job.request()));
    // Not a virtual one: it waits in a selector, which would hold one of the few that carry those.
    this.thread =
        Thread.ofPlatform().daemon().name("headrace-request-" + held.id()).unstarted(asking);
  }

  static WebRun start(WebTask task, Held held, JobRequest job, Result result) {
    var run = new WebRun(task, held, job, result);
    run.thread.start();
    return run;
  }

  @Override
  public int pid() {
    return 0;
  }

  @Override
  public Event await(Optional<Link> watched, long untilNs) {
    try {
      var _ = asking.get(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      return Event.ENDED;
    } catch (ExecutionException e) {
      return Event.ENDED;
    } catch (TimeoutException e) {
      return watched.filter(Link::isLost).isPresent() ? Event.LOST : Event.TIME;
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts a slot", e);
    }
  }

  @Override
  public Optional<StoppedFor> overdue(long nowNs) {
    return Optional.empty();
  }

  /** There is nobody to be asked: what the server does with half a request is its own affair. */
  @Override
  public long stop(StoppedFor reason, long nowNs) {
    kill();
    return nowNs;
  }

  @Override
  public void kill() {
    thread.interrupt();
  }

  @Override
  public Finding end(Optional<StoppedFor> stopped) {
    boolean lost = stopped.filter(reason -> reason == StoppedFor.LOST).isPresent();
    return exchange()
        .filter(_ -> !lost)
        .map(this::judged)
        .orElseGet(() ->
            new Finding(new Ending.Return(), "given up", Optional.empty(), Finding.NO_MEMORY));
  }

  /** What became of it; empty when it was given up. */
  private Optional<Exchange> exchange() {
    if (asking.state() == FutureTask.State.SUCCESS) {
      return Optional.of(asking.resultNow());
    }
    var failure = asking.exceptionNow();
    if (failure instanceof InterruptedException) {
      return Optional.empty();
    }
    throw new IllegalStateException("every exchange ends in a verdict", failure);
  }

  private Finding judged(Exchange exchange) {
    var response = exchange.response();
    if (job.isDoneBy(exchange)) {
      result.take(response.body(), response.body().length);
      return new Finding(
          new Ending.Done(), exchange.verdict().text(), Optional.empty(), Finding.NO_MEMORY);
    }
    boolean whole = exchange.verdict().isWhole();
    var how =
        job.request().address().host()
            + ": "
            + (whole
                ? Exchange.UNEXPECTED_STATUS + ": " + Escaped.of(response.statusLine())
                : exchange.verdict().text());
    var text = ExchangeText.of(exchange, job.expect(), task.sizes().firstKeptMax());
    return new Finding(
        task.verdicts().of(exchange),
        how,
        Optional.of(new WebDocket(held, text, how)),
        Finding.NO_MEMORY);
  }
}
