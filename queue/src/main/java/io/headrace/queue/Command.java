package io.headrace.queue;

import java.util.List;

/**
 * What a session, or the server itself, asks of the queue. Carries no time: the log stamps it.
 *
 * <p>A command whose session does not exist (any more) changes nothing and is answered by nothing.
 */
public sealed interface Command {
  /** A command of a session that is open. */
  sealed interface OfSession extends Command {
    /** Who asks. */
    SessionId by();
  }

  /** A command that brings bytes, which the log keeps behind it. */
  sealed interface WithBody extends OfSession {
    /** What it brings. */
    Body body();

    /** The same command, with its bytes elsewhere. */
    Command withBody(Body other);
  }

  /** As the time-out of {@link Reserve}: wait until there is a job. */
  long FOREVER = -1;

  /**
   * Opens a session; it uses and watches the tube {@code default}.
   *
   * @param peer the client's address, for those who ask who held a job: at most {@link
   *     Limits#PEER_CHARS_MAX} printable characters of ASCII
   */
  record SessionOpen(SessionId by, String peer) implements Command {}

  /**
   * Ends a session. A wait in a reserve ends with TIMED_OUT; the jobs it held become ready again at
   * once, with their priority and without their delay. When it died, its tubes' policies say what
   * becomes of them.
   *
   * @param lastSent the end of what the client has sent, for those who ask why it ended: at most
   *     {@link Limits#LAST_SENT_CHARS_MAX} printable characters of ASCII, others escaped ({@code
   *     \r}, {@code \n}, {@code \t}, {@code \\}, {@code \xNN}); "" where that is not known
   */
  record SessionClose(SessionId by, SessionEnd how, String lastSent) implements OfSession {
    /** An end before which nothing is known to have been said. */
    public SessionClose(SessionId by, SessionEnd how) {
      this(by, how, "");
    }
  }

  /** Chooses the tube that puts go to. Creates it. */
  record Use(SessionId by, TubeName tube) implements OfSession {}

  /** Adds a tube to those that reserves take from. Creates it. */
  record Watch(SessionId by, TubeName tube) implements OfSession {}

  /** Takes a tube from those that reserves take from. Refused as NOT_IGNORED for the last one. */
  record Ignore(SessionId by, TubeName tube) implements OfSession {}

  /**
   * Adds a job to the tube that the session uses. Takes the next id, also when it is refused.
   *
   * @param priority 0 is the most urgent, 2^32-1 the least
   * @param delayNs time before the job becomes ready; 0 makes it ready at once
   * @param ttrNs time a session may hold the job; at least one second
   */
  record Put(SessionId by, long priority, long delayNs, long ttrNs, Body body) implements WithBody {
    @Override
    public Put withBody(Body other) {
      return new Put(by, priority, delayNs, ttrNs, other);
    }
  }

  /**
   * A put that is done once: when this key was put into this tube lately, the answer is the id of
   * the job from then, whatever became of it, and nothing changes; no id is taken either. A put
   * that is refused leaves no key.
   *
   * @param key at most {@link Limits#KEY_CHARS_MAX} printable characters of ASCII
   */
  record PutKeyed(Put put, String key) implements WithBody {
    @Override
    public SessionId by() {
      return put.by();
    }

    @Override
    public Body body() {
      return put.body();
    }

    @Override
    public PutKeyed withBody(Body other) {
      return new PutKeyed(put.withBody(other), key);
    }
  }

  /**
   * Says how long keys are remembered from now on, also those there are.
   *
   * @param windowNs at least a second
   */
  record SetKeyWindow(long windowNs) implements Command {}

  /** Takes the next id for nothing, as beanstalkd does for a put whose body ends badly. */
  record SkipId() implements Command {}

  /**
   * Takes the first job of the watched tubes, or waits for one. Until it is answered, the session
   * may send nothing but {@link SessionClose} and {@link CancelReserve}.
   *
   * @param timeoutNs how long to wait; 0 for not at all, {@link #FOREVER} for ever
   */
  record Reserve(SessionId by, long timeoutNs) implements OfSession {}

  /** Ends the session's wait in a reserve, if it waits, with TIMED_OUT. */
  record CancelReserve(SessionId by) implements OfSession {}

  /** Takes this job if it is ready, delayed or buried, whatever its tube. */
  record ReserveJob(SessionId by, long job) implements OfSession {}

  /** Ends a job for good. Refused as NOT_FOUND when another session holds it. */
  record Delete(SessionId by, long job) implements OfSession {}

  /** Puts a job that the session holds back, with a new priority and delay. */
  record Release(SessionId by, long job, long priority, long delayNs) implements OfSession {}

  /** Sets a job that the session holds aside, with a new priority. */
  record Bury(SessionId by, long job, long priority) implements OfSession {}

  /** Gives a job that the session holds its whole TTR again. */
  record Touch(SessionId by, long job) implements OfSession {}

  /**
   * Makes at most {@code bound} jobs of the used tube ready: buried ones if there are any, else
   * delayed ones. Until it is answered the session may send nothing but {@link SessionClose}.
   */
  record Kick(SessionId by, long bound) implements OfSession {}

  /** Makes a buried or delayed job ready. */
  record KickJob(SessionId by, long job) implements OfSession {}

  /** Lets no job of the tube be reserved for {@code delayNs}; 0 ends the pause. */
  record PauseTube(SessionId by, TubeName tube, long delayNs) implements OfSession {}

  /**
   * Deletes every job of the tube that nobody holds, until there is none: also those that come
   * before it is answered. Until then the session may send nothing but {@link SessionClose}.
   */
  record ClearTube(SessionId by, TubeName tube) implements OfSession {}

  /**
   * Says that a job which the session holds has killed the process that worked on it. Takes the
   * next id, also when it is refused.
   *
   * @param signature what this death has in common with others like it: at most {@link
   *     Limits#SIGNATURE_CHARS_MAX} printable characters of ASCII
   * @param body the evidence, which becomes the job's docket
   */
  record Died(SessionId by, long job, String signature, Body body) implements WithBody {
    @Override
    public Died withBody(Body other) {
      return new Died(by, job, signature, other);
    }
  }

  /**
   * Keeps the evidence of an attempt that is about to end badly, though nobody has died. The
   * session goes on holding the job. Takes the next id, also when it is refused.
   *
   * @param signature as that of {@link Died}
   * @param body the evidence, which becomes the job's docket
   */
  record Docket(SessionId by, long job, String signature, Body body) implements WithBody {
    @Override
    public Docket withBody(Body other) {
      return new Docket(by, job, signature, other);
    }
  }

  /** Makes a job that a policy has ended, or that is buried, ready in its first tube. */
  record RetryJob(SessionId by, long job) implements OfSession {}

  /** Deletes such a job, but not for good before {@link Limits#DROPPED_KEPT_NS} are over. */
  record DropJob(SessionId by, long job) implements OfSession {}

  /** Buries a dropped job again. */
  record UndropJob(SessionId by, long job) implements OfSession {}

  /**
   * Changes the policy of a tube. Creates it.
   *
   * @param set what is set anew
   * @param cleared what is no longer set: the sum of 1 &lt;&lt; code of such keys
   */
  record SetPolicy(SessionId by, TubeName tube, PolicySettings set, long cleared)
      implements OfSession {}

  /** Sets what holds for all tubes that say nothing else. */
  record SetDefaultPolicy(PolicySettings settings) implements Command {}

  /** Buries a job whose body was found damaged when it was read back, whoever holds it. */
  record BodyDamaged(long job) implements Command {}

  /**
   * Says what the holder of jobs had sent last whose time to run was over, for those who ask why:
   * unlike the end of a session, that end of an attempt is nobody's command. Each job's newest
   * attempt of that holder gets the text, if it timed out and has none yet; so does the last one in
   * the record of a job that is gone. Changes nothing else.
   *
   * @param jobs 1 to {@link Limits#LAST_SENT_JOBS_MAX} of them; those of which nothing is kept do
   *     not matter
   * @param text not empty, else as that of {@link SessionClose}
   */
  record LastSent(SessionId holder, List<Long> jobs, String text) implements Command {
    /** Keeps the list. */
    public LastSent {
      Invariant.check(
          !jobs.isEmpty() && jobs.size() <= Limits.LAST_SENT_JOBS_MAX, "some jobs, and not many");
      Invariant.check(
          !text.isEmpty() && text.length() <= Limits.LAST_SENT_CHARS_MAX, "a text that is short");
      jobs = List.copyOf(jobs);
    }
  }

  /** Only moves time, so that due deadlines take effect while nobody speaks. */
  record Tick() implements Command {}

  /** Goes on with what was too much for one entry. */
  record Continue() implements Command {}

  /**
   * Ends all sessions of earlier epochs: the first entry after a start. No attempt is counted
   * against the jobs they held.
   */
  record Restart(int epoch) implements Command {}
}
