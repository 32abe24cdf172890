package io.headrace.worker;

import io.headrace.client.ClientException;
import io.headrace.client.HeadraceClient;
import io.headrace.client.ReserveResult;
import io.headrace.client.Taken;
import io.headrace.worker.process.Launch;
import io.headrace.worker.process.Scratch;
import io.headrace.worker.process.Script;
import io.headrace.worker.process.Sink;
import io.headrace.worker.process.SpawnException;
import io.headrace.worker.process.Tail;
import io.headrace.worker.process.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One job at a time: a thread, a connection, a script. */
final class Slot implements Runnable {
  /** One reserve that waits for ever is many that do not: a dead server is noticed. */
  private static final Duration ROUND = Duration.ofSeconds(60);

  /** How often it is looked whether a script that was gone is back. */
  private static final Duration MISSING_LOOK = Duration.ofSeconds(1);

  /** After which a tube counts as empty. */
  private static final Duration EMPTY = Duration.ofSeconds(1);

  /** A connection that has lived so long was not the trouble. */
  private static final Duration HEALTHY = Duration.ofMinutes(1);

  private static final byte[] NOTHING = {};

  private final int number;
  private final Crew crew;
  private final WorkPlan plan;
  private final Supplier<HeadraceClient> connector;
  private final String mark;
  private final Backoff backoff;
  private final Tail stdout = new Tail();
  private final Tail stderr = new Tail();
  private final Tail trace = new Tail();
  private volatile Optional<Running> running = Optional.empty();
  private volatile SlotStatus status;

  /** The connection of a reserve that waits; guarded by this. */
  private Optional<HeadraceClient> waiting = Optional.empty();

  /** A script, and how long its job is ours. */
  private record Running(Script script, Lease lease) {}

  Slot(int number, Crew crew, Supplier<HeadraceClient> connector) {
    this.number = number;
    this.crew = crew;
    this.plan = crew.plan();
    this.connector = connector;
    this.mark = "HEADRACE_RUN=" + crew.token() + '.' + number;
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

  /** Kills a script whose job nobody could keep, while this slot waits for the server. */
  void endOverdue(long nowNs) {
    var now = running;
    if (now.isPresent() && now.get().lease().isHeld() && now.get().lease().isNearlyOver(nowNs)) {
      now.get().lease().lose();
      now.get().script().kill();
    }
  }

  @Override
  public void run() {
    try (var scratch = new Scratch();
        var place =
            new Workplace(
                crew.temporary().resolve("slot-" + number), plan.program().limits().user())) {
      var log = plan.log().map(it -> new SlotLog(it, crew.name() + '-' + number, crew.note()));
      try {
        work(scratch, place, log);
      } finally {
        if (log.isPresent()) {
          log.get().close();
        }
      }
    } catch (IOException | UncheckedIOException | SpawnException e) {
      crew.note().accept("slot " + number + " ends: " + e.getMessage());
    } finally {
      become(SlotState.STOPPED);
    }
  }

  private void work(Scratch scratch, Workplace place, Optional<SlotLog> log) {
    boolean more = true;
    while (more && !crew.orders().isFinishing()) {
      long beganNs = System.nanoTime();
      become(SlotState.STARTING);
      try (var link = Link.open(connector, mark, plan.tubes(), plan.resultTube())) {
        place.clean();
        become(SlotState.RUNNING);
        more = serve(link, scratch, place, log);
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
  private boolean serve(Link link, Scratch scratch, Workplace place, Optional<SlotLog> log) {
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
        take(link, held, scratch, place, log);
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

  private void take(Link link, Held held, Scratch scratch, Workplace place, Optional<SlotLog> log) {
    stdout.clear();
    stderr.clear();
    trace.clear();
    var result = new Result(plan.resultTube().isPresent() ? link.jobBytesMax() : 0);
    var lease = new Lease(link, held);
    var run = new JobRun(link, lease, plan.times(), crew.orders());
    Attempt attempt;
    try {
      var version = crew.file().current();
      var stdin = plan.program().wantsStdin(plan.bodyAs()) ? held.body() : NOTHING;
      var script = Script.start(launch(held, place), stdin, sinks(log, result), scratch);
      running = Optional.of(new Running(script, lease));
      status = status.busy(held.id(), script.pid());
      var ended = run.watch(script);
      attempt =
          new Attempt(
              held,
              version,
              ended,
              run.stopped()
                  .or(() -> lease.isHeld() ? Optional.empty() : Optional.of(StoppedFor.LOST)),
              run.waits(),
              ended.status() instanceof WaitStatus.Killed
                  && crew.oom().killedSince(script.beganNs()),
              stdout,
              stderr);
    } catch (SpawnException | IOException e) {
      // It is not the job: it goes back.
      link.client().release(held.id(), held.priority(), Duration.ofSeconds(1));
      var why = String.valueOf(e.getMessage());
      crew.note().accept(why + "; its job goes back");
      rest(crew.streak().failed(held.id(), why));
      // Each job that goes back has had an attempt.
      while (!crew.file().isThere() && !crew.orders().isFinishing()) {
        rest(MISSING_LOOK);
      }
      return;
    } finally {
      running = Optional.empty();
      status = status.busy(0, 0);
    }
    run.lost()
        .ifPresent(lost -> {
          throw lost;
        });
    close(link, attempt, result);
    // Not before: a job is not done again since what it left cannot be removed.
    place.clean();
  }

  private void close(Link link, Attempt attempt, Result result) {
    var docket = new Docket(attempt, plan.program(), changes(attempt), trace);
    var fate = crew.closing().close(link, attempt, docket, result);
    status = status.after(fate, attempt.ended().usage().rssBytesMax());
    switch (fate) {
      case DONE -> crew.streak().broken();
      case RETURNED -> {}
      case FAILED, DIED -> {
        var how = docket.signature();
        crew.note().accept("job " + attempt.held().id() + ": " + how);
        rest(crew.streak().failed(attempt.held().id(), how));
      }
    }
  }

  private List<String> changes(Attempt attempt) {
    return attempt.isDeath(plan.exits()) ? crew.file().died(attempt.version()) : List.of();
  }

  private List<Sink> sinks(Optional<SlotLog> log, Result result) {
    var streams = List.of(out(log, result), both(stderr, log));
    return plan.trace() ? List.of(streams.get(0), streams.get(1), trace) : streams;
  }

  private Sink out(Optional<SlotLog> log, Result result) {
    var kept = both(stdout, log);
    return plan.resultTube().isEmpty()
        ? kept
        : (chunk, length) -> {
          kept.take(chunk, length);
          result.take(chunk, length);
        };
  }

  private static Sink both(Tail tail, Optional<SlotLog> log) {
    return log.isEmpty()
        ? tail
        : (chunk, length) -> {
          tail.take(chunk, length);
          log.get().take(chunk, length);
        };
  }

  private Launch launch(Held held, Workplace place) throws IOException {
    var program = plan.program();
    var words = new ArrayList<>(program.words());
    if (program.wantsFile()) {
      var file = place.keep(held.body()).toString();
      words.replaceAll(word -> word.replace(Program.FILE, file));
    }
    if (plan.bodyAs() == WorkPlan.BodyAs.ARGUMENTS) {
      words.addAll(new String(held.body(), StandardCharsets.UTF_8).lines().toList());
    }
    return new Launch(program.path(), words, crew.environment(), variables(held, place), mark);
  }

  private List<String> variables(Held held, Workplace place) {
    long seconds = plan.times().max().orElse(held.ttr()).toSeconds();
    return List.of(
        mark,
        "TMPDIR=" + place.folder(),
        "HEADRACE_JOB_ID=" + held.id(),
        "HEADRACE_TUBE=" + held.tube(),
        "HEADRACE_ATTEMPT=" + held.attempt(),
        "HEADRACE_DEADLINE=" + (Instant.now().getEpochSecond() + seconds),
        "HEADRACE_TTR=" + held.ttr().toSeconds());
  }

  private void become(SlotState state) {
    status = status.in(state);
  }
}
