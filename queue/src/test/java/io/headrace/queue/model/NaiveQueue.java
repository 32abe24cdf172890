package io.headrace.queue.model;

import static io.headrace.queue.model.NaiveJob.NEVER;

import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.EndRecord;
import io.headrace.queue.JobState;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the queue does, written to be obviously right and not to be fast: lists and linear scans. It
 * shares with the machine only the words in which commands are put and answers are given.
 */
class NaiveQueue {
  static final long MARGIN_NS = 1_000_000_000L;

  final List<NaiveJob> jobs = new ArrayList<>();
  final List<NaiveTube> tubes = new ArrayList<>();
  final List<NaiveSession> sessions = new ArrayList<>();

  /** Those that wait in a reserve, the oldest first. */
  final List<NaiveSession> waiting = new ArrayList<>();

  /** Jobs that were dropped and can still be had back. */
  final List<NaiveJob> dropped = new ArrayList<>();

  /** What is left of jobs that are gone, the newest first. */
  final List<EndRecord> endRecords = new ArrayList<>();

  PolicySettings defaults = PolicySettings.NONE;
  final NaiveKeys keys = new NaiveKeys();
  final NaiveEnds ends = new NaiveEnds(this);
  final NaiveDockets dockets = new NaiveDockets(this);
  final NaiveAttempts attempts = new NaiveAttempts(this);
  private final NaiveEnded ended = new NaiveEnded(this);
  final NaiveDeaths deaths = new NaiveDeaths(this);
  final NaiveDelivery delivery = new NaiveDelivery(this);
  private final NaiveClock clock = new NaiveClock(this);
  private final List<Effect> effects = new ArrayList<>();
  int epoch;
  long nowNs;
  long lastJob;
  long total;
  long timeouts;
  private long burials;

  NaiveQueue() {
    tubes.add(new NaiveTube(TubeName.DEFAULT));
  }

  /** Lets what is due happen, then does what is asked; returns all that follows from it. */
  List<Effect> apply(long stampNs, Command command) {
    nowNs = stampNs;
    effects.clear();
    letDueHappen();
    perform(command);
    serve();
    while (clock.nextNs() <= nowNs) {
      letDueHappen();
    }
    forgetTubes();
    return List.copyOf(effects);
  }

  /** What is due of jobs and tubes; who waits is served; stuck suspects are forced; waits end. */
  private void letDueHappen() {
    List<NaiveTube> stuck = clock.letDueHappen();
    serve();
    stuck.forEach(delivery::force);
    waiting().forEach(this::stopIfOver);
  }

  private void stopIfOver(NaiveSession s) {
    if (marginNs(s) <= nowNs) {
      stop(s, Answer.DEADLINE_SOON);
    } else if (s.waitEndNs <= nowNs) {
      stop(s, Answer.TIMED_OUT);
    }
  }

  private void serve() {
    waiting().forEach(delivery::serve);
  }

  private List<NaiveSession> waiting() {
    return List.copyOf(waiting);
  }

  /** The moment from which a session that waits is warned. */
  long marginNs(NaiveSession s) {
    return held(s).mapToLong(j -> j.dueNs - MARGIN_NS).min().orElse(NEVER);
  }

  long nextDeadlineNs() {
    return clock.nextNs();
  }

  private void perform(Command command) {
    switch (command) {
      case Command.Tick _, Command.Continue _ -> {}
      case Command.SkipId _ -> lastJob++;
      case Command.BodyDamaged(var damaged) -> job(damaged).ifPresent(ended::damage);
      case Command.LastSent said -> {
        kept()
            .filter(j -> said.jobs().contains(j.id))
            .forEach(j -> j.history.said(said.holder(), said.text()));
        endRecords.replaceAll(
            end -> said.jobs().contains(end.job()) ? NaiveEnds.said(end, said) : end);
      }
      case Command.SetDefaultPolicy(var settings) -> defaults = settings;
      case Command.SetKeyWindow(var windowNs) -> keys.windowNs(windowNs);
      case Command.SessionOpen(var by, var peer) ->
          sessions.add(new NaiveSession(by, peer, tubes.getFirst()));
      case Command.Restart(var newEpoch) -> {
        epoch = newEpoch;
        waiting.clear();
        List.copyOf(sessions).forEach(s -> attempts.excuse(s, AttemptEnd.RESTART));
        sessions.clear();
      }
      case Command.WithBody brought when session(brought.by()).isEmpty() -> {
        lastJob++;
        effects.add(new Effect.Freed(brought.body().ref(), brought.body().bytes()));
      }
      case Command.OfSession asked -> session(asked.by()).ifPresent(s -> perform(s, asked));
    }
  }

  private void perform(NaiveSession s, Command.OfSession command) {
    Predicate<NaiveJob> isHeld = j -> j.holder.equals(s.id);
    Predicate<NaiveJob> isAside = j -> j.state == JobState.DELAYED || j.state == JobState.BURIED;
    switch (command) {
      case Command.SessionClose c -> close(s, c);
      case Command.CancelReserve _ -> stop(s, Answer.TIMED_OUT);
      case Command.Use c -> use(s, c.tube());
      case Command.Watch c -> watch(s, c.tube());
      case Command.Ignore c -> ignore(s, c.tube());
      case Command.Put c -> put(s, c);
      case Command.PutKeyed c -> putKeyed(s, c);
      case Command.Reserve c -> reserve(s, c.timeoutNs());
      case Command.ReserveJob c -> reserveJob(s, c.job());
      case Command.Delete c -> delete(s, c.job());
      case Command.Release c -> attempts.release(s, c);
      case Command.Bury c -> change(s, c.job(), isHeld, Answer.BURIED, j -> attempts.bury(j, c));
      case Command.Touch c -> change(s, c.job(), isHeld, Answer.TOUCHED, attempts::touch);
      case Command.KickJob c -> change(s, c.job(), isAside, Answer.JOB_KICKED, j -> j.kick(nowNs));
      case Command.Kick c -> kick(s, c.bound());
      case Command.PauseTube c -> pause(s, c.tube(), c.delayNs());
      case Command.ClearTube c -> clear(s, c.tube());
      case Command.SetPolicy c -> setPolicy(s, c);
      case Command.Died c -> ended.died(s, c);
      case Command.Docket c -> ended.docket(s, c);
      case Command.RetryJob c ->
          change(s, c.job(), ended::isEnded, Answer.JOB_RETRIED, ended::retry);
      case Command.DropJob c -> change(s, c.job(), ended::isEnded, Answer.JOB_DROPPED, ended::drop);
      case Command.UndropJob c -> ended.undrop(s, c.job());
    }
  }

  private void setPolicy(NaiveSession s, Command.SetPolicy c) {
    NaiveTube tube = tubeOrNew(c.tube());
    PolicySettings rest = tube.own;
    for (PolicyKey key : PolicyKey.values()) {
      rest = (c.cleared() & 1L << key.code()) == 0 ? rest : rest.without(key);
    }
    PolicySettings own = c.set().over(rest);
    Optional<PolicyFault> fault = new NaiveFaults(this, tube, c.set(), own).first();
    if (fault.isPresent()) {
      effects.add(new Effect.Refused(s.id, fault.orElseThrow()));
      return;
    }
    tube.own = own;
    tube.tatNs = 0;
    tube.throttledUntilNs = NaiveJob.NEVER;
    say(s, Answer.POLICY_SET);
  }

  private void close(NaiveSession s, Command.SessionClose c) {
    stop(s, Answer.TIMED_OUT);
    s.lastSent = c.lastSent();
    switch (c.how()) {
      case DIED -> deaths.sessionDied(s);
      case UNREACHABLE -> attempts.excuse(s, AttemptEnd.UNREACHABLE);
      case QUIT, CLOSED -> attempts.excuse(s, AttemptEnd.RELEASED);
    }
    sessions.remove(s);
  }

  private void stop(NaiveSession s, Answer answer) {
    if (waiting.remove(s)) {
      say(s, answer);
    }
  }

  void say(NaiveSession s, Answer answer) {
    effects.add(new Effect.Said(s.id, answer));
  }

  private void use(NaiveSession s, TubeName name) {
    s.used = tubeOrNew(name);
    effects.add(new Effect.Using(s.id, name));
  }

  private void watch(NaiveSession s, TubeName name) {
    NaiveTube tube = tubeOrNew(name);
    if (!s.watched.contains(tube)) {
      s.watched.add(tube);
    }
    effects.add(new Effect.Watching(s.id, s.watched.size()));
  }

  private void ignore(NaiveSession s, TubeName name) {
    List<NaiveTube> rest = new ArrayList<>(s.watched);
    if (rest.removeIf(t -> t.name.equals(name)) && rest.isEmpty()) {
      say(s, Answer.NOT_IGNORED);
    } else {
      s.watched.retainAll(rest);
      effects.add(new Effect.Watching(s.id, rest.size()));
    }
  }

  private void putKeyed(NaiveSession s, Command.PutKeyed c) {
    s.producer = true;
    Optional<Long> known = keys.job(s.used.name, c.key());
    if (known.isPresent()) {
      effects.add(new Effect.Known(s.id, known.orElseThrow()));
      tell(new Effect.Freed(c.body().ref(), c.body().bytes()));
    } else if (put(s, c.put())) {
      keys.add(s.used.name, c.key(), lastJob, nowNs);
    }
  }

  private boolean put(NaiveSession s, Command.Put put) {
    s.producer = true;
    NaiveJob job = new NaiveJob(++lastJob, s.used, put, nowNs);
    if (isFull(s.used, put.body().bytes())) {
      say(s, Answer.OUT_OF_MEMORY);
      tell(new Effect.Freed(put.body().ref(), put.body().bytes()));
      return false;
    }
    jobs.add(job);
    job.readyAfter(job.delayNs, nowNs);
    job.tube.total++;
    total++;
    effects.add(new Effect.Inserted(s.id, job.id));
    return true;
  }

  private boolean isFull(NaiveTube tube, int bytes) {
    long maxReady = policy(tube).value(PolicyKey.MAX_READY);
    long maxBytes = policy(tube).value(PolicyKey.MAX_BYTES);
    return (maxReady > 0 && jobs(tube, JobState.READY).size() >= maxReady)
        || (maxBytes > 0 && bodyBytes(tube) + bytes > maxBytes);
  }

  long bodyBytes(NaiveTube tube) {
    return kept().filter(j -> j.tube == tube).mapToLong(j -> j.body.bytes()).sum()
        + dockets.bytes(tube);
  }

  /** All jobs, also those that can only be had back. */
  private Stream<NaiveJob> kept() {
    return Stream.concat(jobs.stream(), dropped.stream());
  }

  /** Takes a job, or is warned, or has no time; who does not, waits. */
  private void reserve(NaiveSession s, long timeoutNs) {
    s.worker = true;
    s.waitEndNs = timeoutNs == Command.FOREVER ? NEVER : nowNs + timeoutNs;
    waiting.add(s);
    delivery.serve(s);
    stopIfOver(s);
  }

  private void reserveJob(NaiveSession s, long id) {
    job(id)
        .filter(j -> isFree(j) && ends.isExpired(j))
        .ifPresent(j -> ends.drop(j, EndCause.EXPIRED));
    Optional<NaiveJob> job = job(id).filter(this::isFree);
    s.worker |= job.isPresent();
    job.ifPresent(NaiveJob::leave);
    job.ifPresentOrElse(j -> attempts.take(s, j), () -> say(s, Answer.NOT_FOUND));
  }

  /** Does this to the job if it is such a one, and says so. */
  private void change(
      NaiveSession s, long id, Predicate<NaiveJob> such, Answer done, Consumer<NaiveJob> change) {
    Optional<NaiveJob> job = job(id).filter(such);
    say(s, job.isPresent() ? done : Answer.NOT_FOUND);
    job.ifPresent(change);
  }

  private void delete(NaiveSession s, long id) {
    Optional<NaiveJob> job = job(id);
    Optional<NaiveJob> mine = job.filter(j -> isFree(j) || j.holder.equals(s.id));
    say(s, mine.isPresent() ? Answer.DELETED : Answer.NOT_FOUND);
    mine.ifPresent(this::delete);
    job.filter(_ -> mine.isEmpty())
        .filter(j -> j.history.late(s.id, nowNs))
        .ifPresent(j -> j.tube.doubleRuns++);
  }

  private void delete(NaiveJob job) {
    if (job.state == JobState.RESERVED) {
      attempts.deleted(job);
    }
    job.tube.deletes++;
    remove(job);
  }

  private void kick(NaiveSession s, long bound) {
    List<NaiveJob> buried = jobs(s.used, JobState.BURIED);
    List<NaiveJob> from = buried.isEmpty() ? jobs(s.used, JobState.DELAYED) : buried;
    List<NaiveJob> kicked = from.stream().limit(bound).toList();
    kicked.forEach(j -> j.kick(nowNs));
    effects.add(new Effect.Kicked(s.id, kicked.size()));
  }

  private void pause(NaiveSession s, TubeName name, long delayNs) {
    Optional<NaiveTube> tube = tube(name);
    tube.ifPresent(t -> t.pause(nowNs, delayNs));
    say(s, tube.isPresent() ? Answer.PAUSED : Answer.NOT_FOUND);
  }

  private void clear(NaiveSession s, TubeName name) {
    if (tube(name).isEmpty()) {
      say(s, Answer.NOT_FOUND);
      return;
    }
    List<NaiveJob> cleared =
        jobs.stream().filter(j -> j.tube.name.equals(name) && isFree(j)).toList();
    cleared.forEach(this::remove);
    effects.add(new Effect.Cleared(s.id, cleared.size()));
  }

  void remove(NaiveJob job) {
    jobs.remove(job);
    dropped.remove(job);
    dockets.removeOf(job.id);
    effects.add(new Effect.Freed(job.body.ref(), job.body.bytes()));
  }

  void tell(Effect effect) {
    effects.add(effect);
  }

  long nextBurial() {
    return ++burials;
  }

  NaivePolicy policy(NaiveTube tube) {
    return new NaivePolicy(tube.own.over(defaults));
  }

  private boolean isFree(NaiveJob job) {
    return job.state != JobState.RESERVED;
  }

  /** Forgets tubes that nobody needs, with all that was counted of them. */
  void forgetTubes() {
    tubes.removeIf(this::isUnneeded);
  }

  private boolean isUnneeded(NaiveTube tube) {
    return !tube.name.equals(TubeName.DEFAULT)
        && tube.own.isEmpty()
        && dockets.of(tube).isEmpty()
        && kept().noneMatch(j -> j.tube == tube || j.origin.filter(tube::equals).isPresent())
        && sessions.stream().noneMatch(s -> s.used == tube || s.watched.contains(tube));
  }

  Comparator<NaiveJob> order(JobState state) {
    Comparator<NaiveJob> byId = Comparator.comparingLong(j -> j.id);
    return switch (state) {
      case READY -> Comparator.<NaiveJob>comparingLong(j -> j.priority).thenComparing(byId);
      case DELAYED, RESERVED ->
          Comparator.<NaiveJob>comparingLong(j -> j.dueNs).thenComparing(byId);
      case BURIED -> Comparator.comparingLong(j -> j.burial);
    };
  }

  List<NaiveJob> jobs(NaiveTube tube, JobState state) {
    return jobs.stream()
        .filter(j -> j.tube == tube && j.state == state)
        .sorted(order(state))
        .toList();
  }

  Stream<NaiveJob> held(NaiveSession s) {
    return jobs.stream().filter(j -> j.holder.equals(s.id));
  }

  Optional<NaiveJob> job(long id) {
    return jobs.stream().filter(j -> j.id == id).findAny();
  }

  Optional<NaiveSession> session(SessionId id) {
    return sessions.stream().filter(s -> s.id.equals(id)).findAny();
  }

  Optional<NaiveTube> tube(TubeName name) {
    return tubes.stream().filter(t -> t.name.equals(name)).findAny();
  }

  NaiveTube tubeOrNew(TubeName name) {
    if (tube(name).isEmpty()) {
      tubes.add(new NaiveTube(name));
    }
    return tube(name).orElseThrow();
  }
}
