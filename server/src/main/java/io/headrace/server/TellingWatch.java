package io.headrace.server;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.Limits;
import io.headrace.queue.OnEnd;
import io.headrace.queue.TubeName;
import io.headrace.server.events.DeathRate;
import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import io.headrace.server.events.EventSink;
import io.headrace.server.metrics.JobMeters;
import java.time.Instant;

/** Counts what becomes of jobs, and tells of what a person should know soon. */
final class TellingWatch implements QueueWatch {
  private static final long NS_PER_S = 1_000_000_000;

  private final JobMeters meters;
  private final EventSink events;
  private final DeathRate rate;

  TellingWatch(JobMeters meters, EventSink events, DeathRate rate) {
    this.meters = meters;
    this.events = events;
    this.rate = rate;
  }

  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {
    meters.began(tube, waitedNs);
  }

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {
    meters.ended(tube, how, ranNs);
  }

  @Override
  public void jobEnded(long nowNs, long job, TubeName tube, EndCause cause, OnEnd done) {
    meters.jobEnded(tube, cause);
    switch (cause) {
      case POISONED ->
          tell(EventKind.JOB_POISONED, nowNs, job, tube, "its workers died of it", done);
      case EXHAUSTED ->
          tell(EventKind.JOB_EXHAUSTED, nowNs, job, tube, "it was tried as often as allowed", done);
      case EXPIRED ->
          tell(EventKind.JOB_EXPIRED, nowNs, job, tube, "it was not finished in time", done);
      case DAMAGED ->
          tell(
              EventKind.JOB_DAMAGED,
              nowNs,
              job,
              tube,
              "its body on disk is not what was put",
              done);
      case NONE, DROPPED -> {
        return;
      }
    }
    rate.died(nowNs).ifPresent(events::tell);
  }

  private void tell(EventKind kind, long nowNs, long job, TubeName tube, String why, OnEnd done) {
    String then =
        switch (done) {
          case BURY -> "it is buried";
          case DROP -> "it is gone, and has left a record";
          case MOVE -> "it was moved to the tube of its policy";
        };
    events.tell(
        Event.of(
                kind,
                nowNs,
                "job " + job + " of " + tube + ": " + why + "; " + then + hint(done, job))
            .ofTube(tube.toString())
            .ofJob(job));
  }

  private static String hint(OnEnd done, long job) {
    return done == OnEnd.DROP
        ? ". 'headrace dead list --ended' shows it"
        : ". 'headrace dead show " + job + "' tells who held it";
  }

  @Override
  public void jobStruggles(long nowNs, long job, TubeName tube) {
    events.tell(
        Event.of(
                EventKind.JOB_STRUGGLES,
                nowNs,
                "job "
                    + job
                    + " of "
                    + tube
                    + " was tried "
                    + Limits.WARN_ATTEMPTS
                    + " times in vain, and nothing ends that; 'headrace tube set "
                    + tube
                    + " max-attempts=N' does")
            .ofTube(tube.toString())
            .ofJob(job));
  }

  @Override
  public void tubeSick(long nowNs, TubeName tube, boolean sick, long beganNs, String host) {
    meters.sick(tube, sick);
    Instant began = Instant.ofEpochSecond(beganNs / NS_PER_S);
    String where = host.isEmpty() ? "on several hosts" : "all on " + host;
    String message =
        sick
            ? "the workers of "
                + tube
                + " have been dying since "
                + began
                + ", "
                + where
                + ", of different jobs: no job is condemned for it"
            : "the workers of " + tube + " do their jobs again";
    events.tell(
        Event.of(sick ? EventKind.TUBE_SICK : EventKind.TUBE_WELL, nowNs, message)
            .ofTube(tube.toString())
            .with("since", began)
            .with("host", host));
  }
}
