package io.headrace.worker;

import io.headrace.worker.process.Progress;
import io.headrace.worker.process.Script;
import io.headrace.worker.process.Tail;
import io.headrace.worker.process.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A script that runs for a job: tells a slow one from a hung one, and what its end means. */
final class ScriptRun implements Run {
  /** Looks at a tree in the time of a stall, at least. */
  private static final int LOOKS = 12;

  private static final Duration LOOK_MIN = Duration.ofMillis(100);
  private static final Progress NONE = new Progress(-1, -1, Set.of());

  private final ScriptWorkshop shop;
  private final ScriptTask.Times times;
  private final Script script;
  private final Held held;
  private final ScriptFile.Version version;
  private final Streams streams;
  private String waits = "";
  private Progress last = NONE;
  private long changedNs;
  private long lookAtNs;

  /** What scripts say: each finds it empty. */
  record Streams(Tail stdout, Tail stderr, Tail trace) {
    Streams() {
      this(new Tail(), new Tail(), new Tail());
    }

    void clear() {
      stdout.clear();
      stderr.clear();
      trace.clear();
    }
  }

  ScriptRun(
      ScriptWorkshop shop, Script script, Held held, ScriptFile.Version version, Streams streams) {
    this.shop = shop;
    this.times = shop.task().times();
    this.script = script;
    this.held = held;
    this.version = version;
    this.streams = streams;
    changedNs = script.beganNs();
    lookAtNs = changedNs + lookEveryNs();
  }

  @Override
  public int pid() {
    return script.pid();
  }

  @Override
  public Event await(Optional<Link> watched, long untilNs) {
    return switch (script.await(watched.map(Link::descriptor).orElse(Script.NONE), untilNs)) {
      case ENDED -> Event.ENDED;
      // Nothing was asked: whatever comes is the end of the connection.
      case WATCHED -> Event.LOST;
      case TIME -> Event.TIME;
    };
  }

  @Override
  public Optional<StoppedFor> overdue(long nowNs) {
    if (times.max().filter(max -> nowNs - script.beganNs() >= max.toNanos()).isPresent()) {
      return Optional.of(StoppedFor.TIME);
    }
    return isStalled(nowNs) ? Optional.of(StoppedFor.STALL) : Optional.empty();
  }

  private boolean isStalled(long nowNs) {
    if (times.stall().isEmpty() || nowNs - lookAtNs < 0) {
      return false;
    }
    lookAtNs = nowNs + lookEveryNs();
    var now = script.tree().progress();
    if (!now.equals(last)) {
      last = now;
      changedNs = nowNs;
      return false;
    }
    return nowNs - changedNs >= times.stall().get().toNanos();
  }

  private long lookEveryNs() {
    return Math.max(LOOK_MIN.toNanos(), times.stall().orElse(Duration.ofDays(1)).toNanos() / LOOKS);
  }

  @Override
  public long stop(StoppedFor reason, long nowNs) {
    if (reason != StoppedFor.DRAIN) {
      waits = script.tree().waits();
    }
    script.terminate();
    return nowNs + times.grace().toNanos();
  }

  @Override
  public void kill() {
    script.kill();
  }

  @Override
  public Finding end(Optional<StoppedFor> stopped) {
    var ended = script.end(stopped.isPresent());
    boolean outOfMemory =
        ended.status() instanceof WaitStatus.Killed && shop.oom().killedSince(script.beganNs());
    var attempt =
        new Attempt(
            held, version, ended, stopped, waits, outOfMemory, streams.stdout(), streams.stderr());
    var docket =
        new ScriptDocket(attempt, shop.task().program(), changes(attempt), streams.trace());
    var ending = ending(attempt);
    return new Finding(
        ending,
        docket.signature(),
        isBad(ending) ? Optional.of(docket) : Optional.empty(),
        ended.usage().rssBytesMax());
  }

  private static boolean isBad(Ending ending) {
    return switch (ending) {
      case Ending.Died _, Ending.Bury _, Ending.Delay _, Ending.Retry _, Ending.Release _ -> true;
      case Ending.Done _, Ending.Delete _, Ending.Return _ -> false;
    };
  }

  private Ending ending(Attempt attempt) {
    if (attempt.isDeath(shop.task().exits())) {
      return new Ending.Died();
    }
    if (attempt.stopped().isPresent()) {
      return new Ending.Return();
    }
    return switch (attempt.ended().status()) {
      case WaitStatus.Killed _ -> throw new AssertionError("what a signal ends has died");
      case WaitStatus.Exited(var code) when code == 0 -> new Ending.Done();
      case WaitStatus.Exited(var code) -> shop.task().exits().of(code);
    };
  }

  private List<String> changes(Attempt attempt) {
    return attempt.isDeath(shop.task().exits()) ? shop.file().died(attempt.version()) : List.of();
  }
}
