package io.headrace.server;

import io.headrace.queue.JobState;
import io.headrace.queue.TubeName;

/**
 * What a session asks of the queue without changing it. Never logged; answered when everything that
 * was submitted before it is applied, so that it sees what its session did before.
 */
public sealed interface Query {
  /** This job's body, whatever its state. */
  record Peek(long job) implements Query {}

  /** The body of the job of the used tube that comes next among those of a state. */
  record PeekFirst(JobState state) implements Query {}

  /** The sums over all tubes, and the server's own counters. */
  record Stats() implements Query {}

  /** What is known of one job. */
  record StatsJob(long job) implements Query {}

  /** What is known of one tube. */
  record StatsTube(TubeName tube) implements Query {}

  /** The same, with what beanstalkd has not. */
  record ShowTube(TubeName tube) implements Query {}

  /** The same as {@link StatsJob}, with what beanstalkd has not, and what is known of its past. */
  record ShowJob(long job) implements Query {}

  /**
   * The same as {@link StatsJob}, of the job that the session holds: of several, of that whose time
   * is up first.
   */
  record ShowHeld() implements Query {}

  /** The evidence of a job's last death. */
  record PeekDocket(long job) implements Query {}

  /** Jobs that policies have ended and that are still there, after one of them. */
  record ListDead(long after, int max) implements Query {}

  /** What is left of jobs that policies have ended for good: the newest. */
  record ListEnded(int max) implements Query {}

  /** The names of all tubes. */
  record ListTubes() implements Query {}

  /** The name of the tube that the session uses. */
  record ListTubeUsed() implements Query {}

  /** The names of the tubes that the session watches. */
  record ListTubesWatched() implements Query {}

  /** What is known of the first {@code max} jobs of a tube in one state, in the queue's order. */
  record ListJobs(TubeName tube, JobState state, int max) implements Query {}

  /** Who is connected, after one connection. */
  record ListConnections(long after, int max) implements Query {}

  /** The commands that beanstalkd has not. */
  record ListExtensions() implements Query {}

  /** What was kept of connections on which something went wrong. */
  record ListCaptures() implements Query {}

  /** One of these, whole. */
  record GetCapture(long id) implements Query {}

  /** Keeps what is remembered of a connection now. */
  record CaptureConnection(long connection) implements Query {}

  /** Forgets what was kept. */
  record DeleteCapture(long id) implements Query {}

  /**
   * Nothing: keeps a reply that the session has ready in its place among those of the queue.
   *
   * @param reply writes it
   */
  record Say(Runnable reply) implements Query {}

  /** Whether it takes so long to answer that many of them at once are felt by others. */
  default boolean isCostly() {
    return switch (this) {
      case Peek _,
          PeekFirst _,
          PeekDocket _,
          StatsJob _,
          ShowHeld _,
          StatsTube _,
          ListTubeUsed _,
          ListTubesWatched _,
          ListExtensions _,
          Say _ ->
          false;
      case Stats _,
          ShowTube _,
          ShowJob _,
          ListDead _,
          ListEnded _,
          ListTubes _,
          ListJobs _,
          ListConnections _,
          ListCaptures _,
          GetCapture _,
          CaptureConnection _,
          DeleteCapture _ ->
          true;
    };
  }
}
