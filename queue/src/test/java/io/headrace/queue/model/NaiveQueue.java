package io.headrace.queue.model;

import static io.headrace.queue.model.NaiveJob.NEVER;

import io.headrace.queue.Answer;
import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
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
    letDueHappen();
    tubes.removeIf(this::isUnneeded);
    return List.copyOf(effects);
  }

  /** First what is due of jobs and tubes, then who waits is served, then waits end. */
  private void letDueHappen() {
    List<NaiveJob> due = jobs.stream().filter(j -> j.dueNs <= nowNs).toList();
    timeouts += due.stream().filter(j -> j.state == JobState.RESERVED).count();
    due.forEach(NaiveJob::beDue);
    tubes.stream().filter(t -> t.pauseEndNs <= nowNs).forEach(NaiveTube::endPause);
    serveWaiting();
    List<NaiveSession> warned = waiting.stream().filter(s -> marginNs(s) <= nowNs).toList();
    warned.forEach(s -> stop(s, Answer.DEADLINE_SOON));
    List<NaiveSession> late = waiting.stream().filter(s -> s.waitEndNs <= nowNs).toList();
    late.forEach(s -> stop(s, Answer.TIMED_OUT));
  }

  /** The moment from which a session that waits is warned. */
  private long marginNs(NaiveSession s) {
    return held(s).mapToLong(j -> j.dueNs - MARGIN_NS).min().orElse(NEVER);
  }

  long nextDeadlineNs() {
    LongStream ofJobs = jobs.stream().mapToLong(j -> j.dueNs);
    LongStream ofTubes = tubes.stream().mapToLong(t -> t.pauseEndNs);
    LongStream ofWaits = waiting.stream().mapToLong(s -> Math.min(marginNs(s), s.waitEndNs));
    return Stream.of(ofJobs, ofTubes, ofWaits).flatMapToLong(all -> all).min().orElse(NEVER);
  }

  private void perform(Command command) {
    switch (command) {
      case Command.Tick _, Command.Continue _ -> {}
      case Command.SkipId _ -> lastJob++;
      case Command.BodyDamaged(var damaged) ->
          jobs.stream()
              .filter(j -> j.id == damaged && j.state != JobState.BURIED)
              .forEach(j -> j.bury(++burials));
      case Command.SessionOpen(var by) -> sessions.add(new NaiveSession(by, tubes.getFirst()));
      case Command.Restart(var newEpoch) -> {
        epoch = newEpoch;
        waiting.clear();
        List.copyOf(sessions).forEach(this::close);
      }
      case Command.Put put when session(put.by()).isEmpty() -> {
        lastJob++;
        effects.add(new Effect.Freed(put.body().ref(), put.body().bytes()));
      }
      case Command.OfSession asked -> session(asked.by()).ifPresent(s -> perform(s, asked));
    }
  }

  private void perform(NaiveSession s, Command.OfSession command) {
    Predicate<NaiveJob> isHeld = j -> j.holder.equals(s.id);
    Predicate<NaiveJob> isAside = j -> j.state == JobState.DELAYED || j.state == JobState.BURIED;
    switch (command) {
      case Command.SessionClose _ -> close(s);
      case Command.CancelReserve _ -> stop(s, Answer.TIMED_OUT);
      case Command.Use c -> use(s, c.tube());
      case Command.Watch c -> watch(s, c.tube());
      case Command.Ignore c -> ignore(s, c.tube());
      case Command.Put c -> put(s, c);
      case Command.Reserve c -> reserve(s, c.timeoutNs());
      case Command.ReserveJob c -> reserveJob(s, c.job());
      case Command.Delete c ->
          change(s, c.job(), isHeld.or(this::isFree), Answer.DELETED, this::delete);
      case Command.Release c ->
          change(s, c.job(), isHeld, Answer.RELEASED, j -> j.release(c, nowNs));
      case Command.Bury c -> change(s, c.job(), isHeld, Answer.BURIED, j -> j.bury(c, ++burials));
      case Command.Touch c ->
          change(s, c.job(), isHeld, Answer.TOUCHED, j -> j.dueNs = nowNs + j.ttrNs);
      case Command.KickJob c -> change(s, c.job(), isAside, Answer.JOB_KICKED, NaiveJob::kick);
      case Command.Kick c -> kick(s, c.bound());
      case Command.PauseTube c -> pause(s, c.tube(), c.delayNs());
      case Command.ClearTube c -> clear(s, c.tube());
    }
  }

  private void close(NaiveSession s) {
    stop(s, Answer.TIMED_OUT);
    held(s).toList().forEach(NaiveJob::beReady);
    sessions.remove(s);
  }

  private void stop(NaiveSession s, Answer answer) {
    if (waiting.remove(s)) {
      say(s, answer);
    }
  }

  private void say(NaiveSession s, Answer answer) {
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

  private void put(NaiveSession s, Command.Put put) {
    NaiveJob job = new NaiveJob(++lastJob, s.used, put, nowNs);
    jobs.add(job);
    job.readyOrDelayed(nowNs);
    s.producer = true;
    job.tube.total++;
    total++;
    effects.add(new Effect.Inserted(s.id, job.id));
  }

  /** Waits; who need not, because of a job, a warning or no time, waits for nothing. */
  private void reserve(NaiveSession s, long timeoutNs) {
    s.worker = true;
    s.waitEndNs = timeoutNs == Command.FOREVER ? NEVER : nowNs + timeoutNs;
    waiting.add(s);
  }

  private void reserveJob(NaiveSession s, long id) {
    Optional<NaiveJob> job = job(id).filter(this::isFree);
    s.worker |= job.isPresent();
    job.ifPresentOrElse(j -> take(s, j), () -> say(s, Answer.NOT_FOUND));
  }

  /** Does this to the job if it is such a one, and says so. */
  private void change(
      NaiveSession s, long id, Predicate<NaiveJob> such, Answer done, Consumer<NaiveJob> change) {
    Optional<NaiveJob> job = job(id).filter(such);
    say(s, job.isPresent() ? done : Answer.NOT_FOUND);
    job.ifPresent(change);
  }

  private void delete(NaiveJob job) {
    job.tube.deletes++;
    remove(job);
  }

  private void kick(NaiveSession s, long bound) {
    List<NaiveJob> buried = jobs(s.used, JobState.BURIED);
    List<NaiveJob> from = buried.isEmpty() ? jobs(s.used, JobState.DELAYED) : buried;
    List<NaiveJob> kicked = from.stream().limit(bound).toList();
    kicked.forEach(NaiveJob::kick);
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

  private void remove(NaiveJob job) {
    jobs.remove(job);
    effects.add(new Effect.Freed(job.body.ref(), job.body.bytes()));
  }

  private void take(NaiveSession s, NaiveJob job) {
    job.reserves++;
    job.move(JobState.RESERVED, nowNs + job.ttrNs, s.id);
    effects.add(new Effect.Reserved(s.id, job.id, job.body.ref(), job.body.bytes()));
  }

  private void serveWaiting() {
    for (NaiveSession s : List.copyOf(waiting)) {
      Optional<NaiveJob> job =
          jobs.stream()
              .filter(j -> j.state == JobState.READY && s.watched.contains(j.tube))
              .filter(j -> j.tube.pauseNs == 0)
              .min(order(JobState.READY));
      job.ifPresent(j -> take(s, j));
      job.ifPresent(_ -> waiting.remove(s));
    }
  }

  private boolean isFree(NaiveJob job) {
    return job.state != JobState.RESERVED;
  }

  private boolean isUnneeded(NaiveTube tube) {
    return !tube.name.equals(TubeName.DEFAULT)
        && jobs.stream().noneMatch(j -> j.tube == tube)
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

  private NaiveTube tubeOrNew(TubeName name) {
    if (tube(name).isEmpty()) {
      tubes.add(new NaiveTube(name));
    }
    return tube(name).orElseThrow();
  }
}
