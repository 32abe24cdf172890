package io.headrace.worker;

import io.headrace.client.ClientException;
import io.headrace.client.HeadraceClient;
import io.headrace.client.ReserveResult;
import io.headrace.client.Taken;
import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** One job at a time: a thread, a connection, a run. */
final class Slot implements Runnable {
  /** One reserve that waits for ever is many that do not: a dead server is noticed. */
  private static final Duration ROUND = Duration.ofSeconds(60);

  /** How often it is looked whether what is missing is back. */
  private static final Duration MISSING_LOOK = Duration.ofSeconds(1);

  /** After which a tube counts as empty. */
  private static final Duration EMPTY = Duration.ofSeconds(1);

  /** A connection that has lived so long was not the trouble. */
  private static final Duration HEALTHY = Duration.ofMinutes(1);

  private final int number;
  private final Crew crew;
  private final WorkPlan plan;
  private final Supplier<HeadraceClient> connector;
  private final Backoff backoff;
  private volatile Optional<Running> running = Optional.empty();
  private volatile SlotStatus status;

  /** The connection of a reserve that waits; guarded by this. */
  private Optional<HeadraceClient> waiting = Optional.empty();

  /** What is being done, and how long its job is ours. */
  private record Running(Run run, Lease lease) {}

  Slot(int number, Crew crew, Supplier<HeadraceClient> connector) {
    this.number = number;
    this.crew = crew;
    this.plan = crew.plan();
    this.connector = connector;
    this.backoff = crew.backoff();
    this.status = SlotStatus.first(number);
  }

  SlotStatus status() {
    var now = status;
    return crew.orders().isFinishing() && now.state() != SlotState.STOPPED
        ? now.as(SlotState.STOPPING)
        : now;
  }

  /** Ends a reserve that waits. Any thread may call it. */
  synchronized void wake() {
    waiting.ifPresent(HeadraceClient::quit);
    notifyAll();
  }

  /** Ends a run whose job nobody could keep, while this slot waits for the server. */
  void endOverdue(long nowNs) {
    var now = running;
    if (now.isPresent() && now.get().lease().isHeld() && now.get().lease().isNearlyOver(nowNs)) {
      now.get().lease().lose();
      now.get().run().kill();
    }
  }

  @Override
  public void run() {
    try (var runner = crew.workshop().runner(number)) {
      work(runner);
    } catch (IOException | UncheckedIOException | SpawnException e) {
      crew.note().accept("slot " + number + " ends: " + e.getMessage());
    } finally {
      become(SlotState.STOPPED);
    }
  }

  private void work(Runner runner) {
    boolean more = true;
    while (more && !crew.orders().isFinishing()) {
      long beganNs = System.nanoTime();
      become(SlotState.STARTING);
      try (var link = runner.connect(connector, plan)) {
        become(SlotState.RUNNING);
        more = serve(link, runner);
      } catch (ClientException | SpawnException | UncheckedIOException e) {
        if (crew.orders().isFinishing()) {
          return;
        }
        if (System.nanoTime() - beganNs >= HEALTHY.toNanos()) {
          backoff.reset();
        }
        more = again(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Waits after a failure; false to give up. */
  private boolean again(String why) {
    var wait = backoff.next();
    if (plan.giveUpAfter() > 0 && backoff.failures() >= plan.giveUpAfter()) {
      crew.note().accept("slot " + number + " gives up (--give-up-after): " + why);
      return false;
    }
    crew.note().accept(why + "; trying again");
    rest(wait);
    return true;
  }

  private synchronized void rest(Duration time) {
    if (time.isZero() || crew.orders().isFinishing()) {
      return;
    }
    var before = status.state();
    become(SlotState.BACKOFF);
    long endNs = System.nanoTime() + time.toNanos();
    try {
      long leftMs = time.toMillis();
      while (leftMs > 0 && !crew.orders().isFinishing()) {
        wait(leftMs);
        leftMs = (endNs - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    become(before);
  }

  /** Takes jobs until there are none to be taken; false when that is all. */
  private boolean serve(Link link, Runner runner) {
    var wait = plan.untilEmpty() ? EMPTY : ROUND;
    while (!crew.orders().isFinishing()) {
      Taken taken;
      try {
        taken = link.take(wait, crew.closing()::gone, () -> begin(link.client()));
      } finally {
        done();
      }
      if (taken.result() instanceof ReserveResult.Reserved(var job)) {
        if (crew.orders().isFinishing()) {
          return false;
        }
        var held = Held.of(job, taken.facts(), plan.tubes().getFirst(), System.nanoTime());
        take(link, held, runner);
      } else if (plan.untilEmpty()) {
        return false;
      }
    }
    link.settle(crew.closing()::gone);
    return false;
  }

  /** From now on {@link #wake} ends the reserve. */
  private synchronized void begin(HeadraceClient client) {
    if (crew.orders().isFinishing()) {
      client.quit();
    }
    waiting = Optional.of(client);
  }

  private synchronized void done() {
    waiting = Optional.empty();
  }

  private void take(Link link, Held held, Runner runner) {
    var result = new Result(plan.resultTube().isPresent() ? link.jobBytesMax() : 0);
    var lease = new Lease(link, held);
    var watch = new JobRun(link, lease, crew.orders());
    Finding finding;
    try {
      var run = runner.begin(held, result);
      running = Optional.of(new Running(run, lease));
      status = status.busy(held.id(), run.pid());
      watch.watch(run);
      finding = run.end(watch.stopped());
    } catch (SpawnException | IOException e) {
      // It is not the job: it goes back.
      link.client().release(held.id(), held.priority(), Duration.ofSeconds(1));
      var why = String.valueOf(e.getMessage());
      crew.note().accept(why + "; its job goes back");
      rest(crew.streak().failed(held.id(), why));
      // Each job that goes back has had an attempt.
      while (!crew.workshop().isReady() && !crew.orders().isFinishing()) {
        rest(MISSING_LOOK);
      }
      return;
    } finally {
      running = Optional.empty();
      status = status.busy(0, 0);
    }
    watch
        .lost()
        .ifPresent(lost -> {
          throw lost;
        });
    close(link, held, finding, result);
    // Not before: a job is not done again since what it left cannot be removed.
    runner.clean();
  }

  private void close(Link link, Held held, Finding finding, Result result) {
    var fate = crew.closing().close(link, held, finding, result);
    status = status.after(fate, finding.memoryBytes());
    switch (fate) {
      case DONE -> crew.streak().broken();
      case RETURNED -> {}
      case FAILED, DIED -> {
        crew.note().accept("job " + held.id() + ": " + finding.how());
        rest(crew.streak().failed(held.id(), finding.how()));
      }
    }
  }

  private void become(SlotState state) {
    status = status.in(state);
  }
}
