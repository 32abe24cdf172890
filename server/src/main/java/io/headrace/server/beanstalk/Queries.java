package io.headrace.server.beanstalk;

import io.headrace.queue.JobState;
import io.headrace.server.Query;

/** What requests ask that change nothing. */
final class Queries {
  private static final Query PEEK_READY = new Query.PeekFirst(JobState.READY);
  private static final Query PEEK_DELAYED = new Query.PeekFirst(JobState.DELAYED);
  private static final Query PEEK_BURIED = new Query.PeekFirst(JobState.BURIED);
  private static final Query STATS = new Query.Stats();
  private static final Query LIST_TUBES = new Query.ListTubes();
  private static final Query LIST_TUBE_USED = new Query.ListTubeUsed();
  private static final Query LIST_TUBES_WATCHED = new Query.ListTubesWatched();
  private static final Query LIST_EXTENSIONS = new Query.ListExtensions();
  private static final Query SHOW_HELD = new Query.ShowHeld();
  private static final Query LIST_CAPTURES = new Query.ListCaptures();

  private Queries() {}

  /** What this request asks; it must be one that changes nothing. */
  static Query of(Verb verb, RequestLine request) {
    return switch (verb) {
      case PEEK -> new Query.Peek(request.job());
      case PEEK_READY -> PEEK_READY;
      case PEEK_DELAYED -> PEEK_DELAYED;
      case PEEK_BURIED -> PEEK_BURIED;
      case PEEK_DOCKET -> new Query.PeekDocket(request.job());
      case STATS -> STATS;
      case STATS_JOB -> new Query.StatsJob(request.job());
      case STATS_TUBE -> new Query.StatsTube(request.tube());
      case SHOW_JOB -> new Query.ShowJob(request.job());
      case SHOW_HELD -> SHOW_HELD;
      case SHOW_TUBE -> new Query.ShowTube(request.tube());
      case LIST_TUBES -> LIST_TUBES;
      case LIST_TUBE_USED -> LIST_TUBE_USED;
      case LIST_TUBES_WATCHED -> LIST_TUBES_WATCHED;
      case LIST_JOBS -> new Query.ListJobs(request.tube(), request.state(), (int) request.number());
      case LIST_DEAD -> new Query.ListDead(request.after(), (int) request.number());
      case LIST_ENDED -> new Query.ListEnded((int) request.number());
      case LIST_CONNECTIONS -> new Query.ListConnections(request.after(), (int) request.number());
      case LIST_EXTENSIONS -> LIST_EXTENSIONS;
      case LIST_CAPTURES -> LIST_CAPTURES;
      case GET_CAPTURE -> new Query.GetCapture(request.job());
      case CAPTURE_CONNECTION -> new Query.CaptureConnection(request.job());
      case DELETE_CAPTURE -> new Query.DeleteCapture(request.job());
      default -> throw new AssertionError(verb + " is no query");
    };
  }
}
