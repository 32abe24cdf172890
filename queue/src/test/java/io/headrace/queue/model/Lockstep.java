package io.headrace.queue.model;

import io.headrace.queue.Command;
import io.headrace.queue.MachineSnapshot;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Drives the machine and the naive model through the same steps and compares what each answers and
 * shows. Throws {@link Deviation} when they differ.
 */
final class Lockstep {
  /** Far more entries than any one command of the generator can need. */
  private static final int ENTRIES_A_COMMAND_MAX = 10_000;

  /** The machine did not do what the model says. */
  static final class Deviation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Deviation(String what) {
      super(what);
    }
  }

  /** An entry of the machine's log, and what it answered. */
  private record Entry(long stampNs, Command command, List<Effect> effects) {}

  private final NaiveQueue model;
  private final int looksEvery;
  private QueueMachine machine = new QueueMachine();
  private int steps;
  private Optional<Walk> walk = Optional.empty();
  private int restored;
  private final SortedMap<String, Long> answers = new TreeMap<>();

  /** A snapshot under way. */
  private record Walk(
      MachineSnapshot snapshot,
      int places,
      SnapshotRecords records,
      Picture atItsBeginning,
      List<Long> jobs,
      List<SessionId> sessions,
      long beganNs,
      List<Entry> since) {}

  /**
   * @param looksEvery after how many steps all that can be seen is compared
   */
  Lockstep(NaiveQueue model, int looksEvery) {
    this.model = model;
    this.looksEvery = looksEvery;
  }

  /** How many snapshots were restored so far. */
  int restored() {
    return restored;
  }

  /** How often each kind of effect came so far. */
  SortedMap<String, Long> answers() {
    return answers;
  }

  void perform(Step step) {
    switch (step) {
      case Step.Apply(var stampNs, var command) when mayCome(stampNs, command) ->
          apply(stampNs, command);
      case Step.Apply _ -> {}
      case Step.Snapshot(var places) when walk.isEmpty() -> begin(places);
      case Step.Snapshot _ -> {}
      case Step.Abandon() -> {
        walk.ifPresent(w -> w.snapshot.abandon());
        walk = Optional.empty();
      }
    }
    steps++;
    if (steps % looksEvery == 0) {
      look();
    }
  }

  /** Whether the shell could send this now; a list that was made shorter may ask for more. */
  private boolean mayCome(long stampNs, Command command) {
    if (stampNs < model.nowNs) {
      return false;
    }
    return switch (command) {
      case Command.SessionOpen(var by, _) ->
          model.session(by).isEmpty() && by.epoch() == model.epoch;
      case Command.Restart(var epoch) -> epoch > model.epoch;
      case Command.Tick _, Command.Continue _, Command.SkipId _, Command.BodyDamaged _ -> true;
      case Command.SetDefaultPolicy _, Command.SetKeyWindow _, Command.LastSent _ -> true;
      case Command.SessionClose _, Command.CancelReserve _ -> true;
      case Command.OfSession asked -> !waits(asked.by());
    };
  }

  private boolean waits(SessionId id) {
    return model.waiting.stream().anyMatch(s -> s.id.equals(id));
  }

  private void apply(long stampNs, Command command) {
    List<Effect> expected = model.apply(stampNs, command);
    List<Effect> actual = drive(stampNs, command);
    if (!expected.equals(actual) && !bySession(expected).equals(bySession(actual))) {
      throw new Deviation(
          "at %d %s\nexpected %s\nbut was  %s".formatted(stampNs, command, expected, actual));
    }
    expected.forEach(effect -> answers.merge(kind(effect), 1L, Long::sum));
    if (machine.nextDeadlineNs() > model.nextDeadlineNs()) {
      throw new Deviation(
          "after %s the next deadline is %d, later than %d"
              .formatted(command, machine.nextDeadlineNs(), model.nextDeadlineNs()));
    }
    walk.ifPresent(this::goOn);
  }

  /** Logs the command and all entries that the loop would log after it at the same moment. */
  private List<Effect> drive(long stampNs, Command command) {
    List<Effect> all = new ArrayList<>(log(stampNs, command));
    for (int i = 0; machine.unfinished() || machine.nextDeadlineNs() <= stampNs; i++) {
      if (i == ENTRIES_A_COMMAND_MAX) {
        throw new Deviation("the machine never finishes " + command);
      }
      all.addAll(log(stampNs, machine.unfinished() ? new Command.Continue() : new Command.Tick()));
    }
    return all;
  }

  private List<Effect> log(long stampNs, Command command) {
    AllEffects effects = new AllEffects();
    machine.apply(stampNs, command, effects);
    List<Effect> taken = effects.take();
    walk.ifPresent(w -> w.since.add(new Entry(stampNs, command, taken)));
    return taken;
  }

  /** What each session was told, in order, and which bodies were freed, in any order. */
  private static Map<SessionId, List<Effect>> bySession(List<Effect> effects) {
    Map<SessionId, List<Effect>> told = new LinkedHashMap<>();
    for (Effect effect : effects) {
      told.computeIfAbsent(effect.to(), _ -> new ArrayList<>()).add(effect);
    }
    told.getOrDefault(Effect.NOBODY, new ArrayList<>())
        .sort(Comparator.comparing(Effect::toString));
    return told;
  }

  private static String kind(Effect effect) {
    return switch (effect) {
      case Effect.Said said -> said.answer().name();
      case Effect.Refused refused -> refused.fault().name();
      case Effect.AttemptOver over -> "attempt " + over.how();
      case Effect.Ended ended -> ended.cause() + " " + ended.done();
      default -> effect.getClass().getSimpleName();
    };
  }

  /** Compares all that can be seen. */
  void look() {
    List<Long> jobs = jobsToLookAt();
    List<SessionId> sessions = model.sessions.stream().map(s -> s.id).toList();
    Picture actual = Picture.of(machine, jobs, sessions, model.nowNs);
    fail(Picture.difference(Picture.of(model, jobs, sessions), actual));
    machine.validate();
  }

  private List<Long> jobsToLookAt() {
    List<Long> jobs = new ArrayList<>(model.jobs.stream().map(j -> j.id).toList());
    model.dropped.forEach(j -> jobs.add(j.id));
    jobs.addAll(List.of(-1L, 0L, 1L, model.lastJob / 2, model.lastJob, model.lastJob + 1));
    return jobs;
  }

  private static void fail(Optional<String> difference) {
    difference.ifPresent(what -> {
      throw new Deviation(what);
    });
  }

  private void begin(int places) {
    SnapshotRecords records = new SnapshotRecords();
    List<Long> jobs = jobsToLookAt();
    List<SessionId> sessions = model.sessions.stream().map(s -> s.id).toList();
    Picture now = Picture.of(machine, jobs, sessions, model.nowNs);
    walk =
        Optional.of(
            new Walk(
                machine.snapshot(records),
                places,
                records,
                now,
                jobs,
                sessions,
                model.nowNs,
                new ArrayList<>()));
  }

  private void goOn(Walk w) {
    if (w.snapshot.step(w.places)) {
      walk = Optional.empty();
      machine = restore(w);
      restored++;
      look();
    }
  }

  /** Makes a machine of the snapshot, which must be as at its beginning, and replays the rest. */
  private static QueueMachine restore(Walk w) {
    QueueMachine fresh = w.records.restore();
    fresh.validate();
    Picture restored = Picture.of(fresh, w.jobs, w.sessions, w.beganNs);
    fail(Picture.difference(w.atItsBeginning, restored).map(d -> "restored from snapshot: " + d));
    AllEffects effects = new AllEffects();
    for (Entry entry : w.since) {
      fresh.apply(entry.stampNs, entry.command, effects);
      List<Effect> again = effects.take();
      if (!again.equals(entry.effects)) {
        throw new Deviation(
            "replayed on a snapshot, %s\nexpected %s\nbut was  %s"
                .formatted(entry.command, entry.effects, again));
      }
    }
    return fresh;
  }
}
