package io.headrace.queue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The queue itself: all state that a restart, a replica or a replay must agree on, changed by
 * entries only. Pure: the same entries give the same effects, always. Not thread-safe; owned by one
 * loop.
 *
 * <p>In each entry, what is due takes effect first, then work that earlier entries left over, then
 * the command. One entry changes about {@link Limits#CHANGES_MAX} jobs at most; what is left goes
 * on with later ones, see {@link #unfinished}.
 */
public final class QueueMachine {
  private final QueueState state = new QueueState();
  private final Endings endings = new Endings(state);
  private final Deaths deaths = new Deaths(state, endings);
  private final Reservations reservations = new Reservations(state, endings);
  private final Deadlines deadlines = new Deadlines(state, reservations, endings, deaths);
  private final Bulk bulk = new Bulk(state, endings, deaths);
  private final Commands commands = new Commands(state, reservations, bulk, endings, deaths);
  private final Views views = new Views(state);
  private final SnapshotRestore restore = new SnapshotRestore(state);

  /**
   * Applies an entry.
   *
   * @param stampNs the time the log gave it, in nanoseconds since 1970; a smaller one than before
   *     counts as that one
   */
  public void apply(long stampNs, Command command, Effects effects) {
    state.nowNs = Math.max(state.nowNs, stampNs);
    state.changesLeft = Limits.CHANGES_MAX;
    deadlines.takeDue(effects);
    goOn(effects);
    commands.apply(command, effects);
    goOn(effects);
  }

  private void goOn(Effects effects) {
    bulk.goOn(effects);
    reservations.match(effects);
  }

  /** The stamp at which something changes by itself, if not before; Long.MAX_VALUE for never. */
  public long nextDeadlineNs() {
    return state.timers.firstDueNs();
  }

  /** Whether work is left that goes on with the next entry, whatever it is. */
  public boolean unfinished() {
    return !state.bulk.isEmpty() || !state.hungry.isEmpty();
  }

  /** The epoch of the last {@link Command.Restart}; 0 before the first. */
  public int epoch() {
    return state.sessions.epoch();
  }

  /** The stamp of the last entry, in nanoseconds since 1970. */
  public long lastStampNs() {
    return state.nowNs;
  }

  /** The highest id given to a job; the next put gets the one after it. */
  public long lastJob() {
    return state.lastJob;
  }

  /** Where the shell keeps the job's body, or 0 when there is no such job. */
  public long bodyRef(long job) {
    var slot = state.index.slot(job);
    return slot == JobTable.NONE ? 0 : state.jobs.bodyRef(slot);
  }

  /** The length of the job's body in bytes; 0 when there is no such job. */
  public int bodyBytes(long job) {
    var slot = state.index.slot(job);
    return slot == JobTable.NONE ? 0 : state.jobs.bodyBytes(slot);
  }

  /** The CRC32C of the job's body; 0 when there is no such job. */
  public int bodyCrc32c(long job) {
    var slot = state.index.slot(job);
    return slot == JobTable.NONE ? 0 : state.jobs.bodyCrc32c(slot);
  }

  /** Tells the machine that the shell has moved a live job's body. Not part of its state. */
  public void moveBody(long job, long bodyRef) {
    var slot = state.index.slot(job);
    Invariant.check(slot != JobTable.NONE, "the body of a live job is moved");
    state.moveBody(slot, bodyRef);
  }

  /** Number of keys that are remembered. */
  public int keys() {
    return state.keys.size();
  }

  /** The job that was put with this key into this tube, while that is remembered; else 0. */
  public long keyedJob(TubeName tube, String key) {
    return state.keys.job(tube, key, Keys.hash(tube, key));
  }

  /** How long keys are remembered. */
  public long keyWindowNs() {
    return state.keys.windowNs();
  }

  /** Number of jobs. */
  public int size() {
    return state.jobs.size();
  }

  /** Bytes of all bodies that are not in memory. Not part of the machine's state. */
  public long spilledBytes() {
    return state.spilledBytes;
  }

  /** Bytes of the tube's bodies that are not in memory. Not part of the machine's state. */
  public long spilledBytes(TubeName tube) {
    var found = state.tubes.find(tube);
    return found == null ? 0 : found.spilledBytes;
  }

  /**
   * Tells which bodies will soon be wanted, once a job was delivered: those that are not in memory
   * of about the next {@code max} ready jobs of its tube. Not in order, and not at each delivery,
   * so that a delivery costs O(1).
   */
  public void lookAhead(long delivered, int max, BodyVisitor visitor) {
    var slot = state.index.slot(delivered);
    if (slot == JobTable.NONE) {
      return;
    }
    var tube = state.tubeOf(slot);
    if (tube.spilledBytes > 0 && --tube.lookAheadIn <= 0) {
      tube.lookAheadIn = max / 2;
      tube.ready.visitFront(max, next -> visitIfSpilled(next, visitor));
    }
  }

  private void visitIfSpilled(int slot, BodyVisitor visitor) {
    var jobs = state.jobs;
    if (Body.isSpilled(jobs.bodyRef(slot))) {
      visitor.visit(jobs.id(slot), jobs.bodyRef(slot), jobs.bodyBytes(slot), jobs.bodyCrc32c(slot));
    }
  }

  /** What is to be known of a job. */
  public Optional<JobView> job(long job, long nowNs) {
    var slot = state.find(job);
    return slot == JobTable.NONE ? Optional.empty() : Optional.of(views.job(slot, nowNs));
  }

  /** What is known of a job's past, if anything is. */
  public Optional<HistoryView> history(long job) {
    return views.history(job);
  }

  /**
   * Jobs that policies have ended and that are still there, those that are dropped too, longest
   * known first.
   *
   * @param after the last one of the page before, or 0
   */
  public List<DeadView> dead(long after, int max, long nowNs) {
    return views.dead(after, max, nowNs);
  }

  /** The body of a docket that is kept under this id. */
  public Optional<Body> docket(long id) {
    return views.docket(id);
  }

  /** What is left of the jobs that policies have ended for good: the newest, newest first. */
  public List<EndRecord> endRecords(int max) {
    return views.endRecords(max);
  }

  /** The settings that hold for all tubes that say nothing else. */
  public PolicySettings defaultSettings() {
    return state.policies.defaults();
  }

  /** The id of the tube's next ready job, paused or not; 0 when there is none. */
  public long firstReady(TubeName tube) {
    return views.first(tube, JobState.READY);
  }

  /** How long the tube's next job has been ready; 0 when there is none. */
  public long readyForNs(TubeName tube, long nowNs) {
    return views.readyForNs(tube, nowNs);
  }

  /** The id of the tube's delayed job that is ready soonest; 0 when there is none. */
  public long firstDelayed(TubeName tube) {
    return views.first(tube, JobState.DELAYED);
  }

  /** The id of the tube's job that was buried first; 0 when there is none. */
  public long firstBuried(TubeName tube) {
    return views.first(tube, JobState.BURIED);
  }

  /**
   * The first {@code max} jobs of the tube in this state, in the order in which they would leave it
   * (reserved ones: by id). Costs O(max log max); for reserved ones O(reserved jobs of all tubes).
   */
  public List<JobView> jobs(TubeName tube, JobState inState, int max, long nowNs) {
    return views.jobs(tube, inState, max, nowNs);
  }

  /** What is to be known of a tube. */
  public Optional<TubeView> tube(TubeName name, long nowNs) {
    return views.tube(name, nowNs);
  }

  /** The sums over all tubes and sessions. */
  public QueueView totals() {
    return views.totals();
  }

  /** All tubes in the order of their creation; one that goes leaves its place to the last. */
  public List<TubeName> tubes() {
    return views.tubes();
  }

  /**
   * Up to {@code max} tubes from this place of {@link #tubes} on: for whoever looks at many tubes a
   * few at a time. A tube that goes meanwhile may take another out of sight, or show it twice.
   */
  public List<TubeName> tubes(int from, int max) {
    return views.tubes(from, max);
  }

  /** The tube an open session uses. */
  public TubeName used(SessionId session) {
    return views.session(session).used().name;
  }

  /** The tubes an open session watches; one that is ignored leaves its place to the last. */
  public List<TubeName> watched(SessionId session) {
    var found = views.session(session);
    return IntStream.range(0, found.watches()).mapToObj(i -> found.watch(i).tube.name).toList();
  }

  /** How many jobs an open session holds. */
  public int held(SessionId session) {
    return views.session(session).held.size();
  }

  /** The jobs that an open session holds, those whose time is up first first; at most so many. */
  public List<Long> held(SessionId session, int max) {
    return views.held(session, max);
  }

  /** Whether a session, open or not, holds this job. */
  public boolean holds(SessionId session, long job) {
    var slot = state.find(job);
    var known = state.sessions.find(session);
    return slot != JobTable.NONE && known != null && state.holds(known, slot);
  }

  /** Whether an open session waits in a reserve. */
  public boolean isWaiting(SessionId session) {
    return views.session(session).isWaiting();
  }

  /** Whether an open session holds jobs. */
  public boolean isHolding(SessionId session) {
    return !views.session(session).held.isEmpty();
  }

  /** Begins a snapshot of the state as it is now. One at a time. */
  public MachineSnapshot snapshot(SnapshotSink sink) {
    Invariant.check(!state.guard.isWalking(), "one snapshot at a time");
    return new SnapshotWalk(state, sink);
  }

  /**
   * Takes the next record of a snapshot; only for a machine that has applied nothing.
   *
   * @throws IllegalArgumentException when the record is not one of a snapshot
   */
  public void restore(ByteBuffer record, BodyLoader bodies) {
    restore.take(record, bodies);
  }

  /**
   * Ends the loading of a snapshot.
   *
   * @throws IllegalArgumentException when records are missing
   */
  public void restored() {
    restore.finish();
  }

  /** Checks every rule of the state, in O(all jobs); for tests. */
  public void validate() {
    Validation.check(state);
  }
}
