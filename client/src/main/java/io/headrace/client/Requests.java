package io.headrace.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The commands of beanstalkd's protocol, and behind them those that only a Headrace server knows:
 * another answers {@code UNKNOWN_COMMAND}. What is said of the used tube goes for the tube that is
 * named beside the request.
 */
public final class Requests {
  /** The most that one list returns. */
  public static final int LIST_MAX = 1000;

  /** The longest wait in one reserve, in seconds, that the protocol takes. */
  static final long RESERVE_SECONDS_MAX = Integer.MAX_VALUE;

  private static final String OK = "OK";
  private static final String INSERTED = "INSERTED ";
  private static final String FOUND = "FOUND";
  private static final String RESERVED = "RESERVED";

  private Requests() {}

  /** Puts a job into the used tube. */
  public static Request<PutResult> put(byte[] body, JobOptions options) {
    return put(Request.encoded(putStart(options) + body.length), body);
  }

  /** Its line, up to the length of the body. */
  static String putStart(JobOptions options) {
    return "put " + described(options);
  }

  static Request<PutResult> put(byte[] line, byte[] body) {
    return Request.body("put", line, body, Request.Needs.BEANSTALKD, Requests::inserted);
  }

  private static String described(JobOptions options) {
    long delay = JobOptions.seconds(options.delay());
    long ttr = JobOptions.seconds(options.ttr());
    return options.priority() + " " + delay + ' ' + ttr + ' ';
  }

  private static PutResult inserted(Reply reply) {
    if (reply.starts(INSERTED)) {
      return new PutResult.Inserted(reply.number(INSERTED));
    }
    return switch (reply.line()) {
      case "JOB_TOO_BIG" -> new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG);
      case "DRAINING" -> new PutResult.Refused(PutResult.Reason.DRAINING);
      case "OUT_OF_MEMORY" -> new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
      default -> {
        // beanstalkd's word for a job that it could not keep in order for lack of memory.
        reply.expectStart("BURIED ");
        yield new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
      }
    };
  }

  /** Shows this job. */
  public static Request<Optional<Job>> peek(long job) {
    return theJob("peek " + job, FOUND, job);
  }

  /** Shows the job of the used tube that is next to be reserved. */
  public static Request<Optional<Job>> peekReady() {
    return found("peek-ready");
  }

  /** Shows the delayed job of the used tube that is next to become ready. */
  public static Request<Optional<Job>> peekDelayed() {
    return found("peek-delayed");
  }

  /** Shows the buried job of the used tube that is next to be kicked. */
  public static Request<Optional<Job>> peekBuried() {
    return found("peek-buried");
  }

  private static Request<Optional<Job>> found(String line) {
    return Request.asking(line, FOUND, reply -> reply.found("FOUND "));
  }

  private static Request<Optional<Job>> theJob(String line, String word, long job) {
    return Request.asking(
        line,
        word,
        reply -> {
          var found = reply.found(word + ' ');
          if (found.isPresent() && found.get().id() != job) {
            throw reply.unexpected();
          }
          return found;
        });
  }

  /** Ends a job for good; false when there is none that may be deleted from here. */
  public static Request<Boolean> delete(long job) {
    return done("delete " + job, "DELETED");
  }

  private static Request<Boolean> done(String line, String word) {
    return Request.line(line, reply -> reply.done(word));
  }

  /** Makes this buried or delayed job ready; false when it is neither. */
  public static Request<Boolean> kickJob(long job) {
    return done("kick-job " + job, "KICKED");
  }

  /** Makes at most {@code bound} jobs of the used tube ready; returns how many. */
  public static Request<Long> kick(long bound) {
    return Request.line("kick " + bound, reply -> reply.number("KICKED "));
  }

  /** Lets no job of the tube be reserved for a time, 0 to end that; false without such a tube. */
  public static Request<Boolean> pauseTube(String tube, Duration delay) {
    return done(
        "pause-tube " + TubeSyntax.checked(tube) + ' ' + JobOptions.seconds(delay), "PAUSED");
  }

  /** Returns the server's statistics, in its order. */
  public static Request<Map<String, String>> stats() {
    return Request.asking("stats", OK, reply -> StatsText.map(always(reply)));
  }

  /** A text that is there whenever the server knows the command. */
  private static String always(Reply reply) {
    return reply.text().orElseThrow(reply::unexpected);
  }

  private static Request<Optional<Map<String, String>>> facts(String line) {
    return Request.asking(line, OK, reply -> reply.text().map(StatsText::map));
  }

  /** Returns what is to be known of a job. */
  public static Request<Optional<Map<String, String>>> statsJob(long job) {
    return facts("stats-job " + job);
  }

  /** Returns what is to be known of a tube. */
  public static Request<Optional<Map<String, String>>> statsTube(String tube) {
    return facts("stats-tube " + TubeSyntax.checked(tube));
  }

  /** Returns the names of all tubes. */
  public static Request<List<String>> listTubes() {
    return Request.asking("list-tubes", OK, reply -> StatsText.list(always(reply)));
  }

  /** Returns the name of the used tube. */
  public static Request<String> listTubeUsed() {
    return Request.line(
        "list-tube-used",
        reply -> {
          reply.expectStart("USING ");
          return reply.line().substring("USING ".length());
        });
  }

  // Of a connection: not for one that others use too.

  static Request<Boolean> use(String tube) {
    return Request.line(
        "use " + TubeSyntax.checked(tube),
        reply -> {
          if (!reply.is("USING " + tube)) {
            throw reply.unexpected();
          }
          return true;
        });
  }

  static Request<Long> watch(String tube) {
    return Request.line("watch " + TubeSyntax.checked(tube), reply -> reply.number("WATCHING "));
  }

  /** Nothing for the last one, which is not ignored. */
  static Request<OptionalLong> ignore(String tube) {
    return Request.line(
        "ignore " + TubeSyntax.checked(tube),
        reply ->
            reply.is("NOT_IGNORED")
                ? OptionalLong.empty()
                : OptionalLong.of(reply.number("WATCHING ")));
  }

  static Request<List<String>> listTubesWatched() {
    return Request.asking("list-tubes-watched", OK, reply -> StatsText.list(always(reply)));
  }

  /** A time-out in whole seconds, as the protocol takes it. */
  static long reserveSeconds(Duration timeout) {
    return Math.min(JobOptions.seconds(timeout), RESERVE_SECONDS_MAX);
  }

  static Request<ReserveResult> reserve(long seconds) {
    return Request.asking(
        "reserve-with-timeout " + seconds,
        RESERVED,
        reply ->
            switch (reply.line()) {
              case "TIMED_OUT" -> new ReserveResult.TimedOut();
              case "DEADLINE_SOON" -> new ReserveResult.DeadlineSoon();
              default -> new ReserveResult.Reserved(reply.job("RESERVED "));
            });
  }

  static Request<Optional<Job>> reserveJob(long job) {
    return theJob("reserve-job " + job, RESERVED, job);
  }

  static Request<Boolean> release(long job, long priority, Duration delay) {
    long checked = JobOptions.checkedPriority(priority);
    return Request.line(
        "release " + job + ' ' + checked + ' ' + JobOptions.seconds(delay),
        reply -> reply.is("BURIED") || reply.done("RELEASED"));
  }

  static Request<Boolean> bury(long job, long priority) {
    return done("bury " + job + ' ' + JobOptions.checkedPriority(priority), "BURIED");
  }

  static Request<Boolean> touch(long job) {
    return done("touch " + job, "TOUCHED");
  }

  /** A server that asks for no token does not know the word; everybody may do everything there. */
  static Request<Boolean> auth(String token) {
    return Request.secret(
        "auth",
        "auth " + token,
        reply -> {
          if (!reply.is("AUTHORIZED") && !reply.is("UNKNOWN_COMMAND")) {
            throw reply.unexpected();
          }
          return reply.is("AUTHORIZED");
        });
  }

  /** The commands that the server has and beanstalkd has not; none, when it is no Headrace. */
  static Request<Set<String>> extensions() {
    return Request.asking(
        "list-extensions",
        OK,
        reply ->
            reply.is("UNKNOWN_COMMAND") ? Set.of() : Set.copyOf(StatsText.list(always(reply))));
  }

  // What only a Headrace server knows.

  /**
   * Puts a job into the used tube, unless one was put there with this key before, within the
   * server's {@code key-window}: so it may be asked again when it is not known whether it was done.
   *
   * @param key 1 to 64 letters, digits and {@code -_.:+/=@}
   */
  public static Request<PutResult> putKey(String key, byte[] body, JobOptions options) {
    return Request.body(
        "put-key",
        Request.encoded(
            "put-key " + KeySyntax.checked(key) + ' ' + described(options) + body.length),
        body,
        Request.Needs.KEYS,
        reply ->
            reply.starts("KNOWN ") ? new PutResult.Known(reply.number("KNOWN ")) : inserted(reply));
  }

  /** Returns what is to be known of a tube, with its policies. */
  public static Request<Optional<Map<String, String>>> showTube(String tube) {
    return facts("show-tube " + TubeSyntax.checked(tube));
  }

  /** Deletes every job of the tube that nobody holds; returns how many, nothing without a tube. */
  public static Request<OptionalLong> clearTube(String tube) {
    return Request.line(
        "clear-tube " + TubeSyntax.checked(tube), reply -> reply.numberOrNotFound("CLEARED "));
  }

  /**
   * Returns what is to be known of the first jobs of a tube in one state, in their order.
   *
   * @param state {@code ready}, {@code delayed}, {@code reserved} or {@code buried}
   * @param max 1 to {@link #LIST_MAX}
   */
  public static Request<Optional<List<Map<String, String>>>> listJobs(
      String tube, String state, int max) {
    return Request.asking(
        "list-jobs " + TubeSyntax.checked(tube) + ' ' + state + ' ' + max,
        OK,
        reply -> reply.text().map(StatsText::maps));
  }

  private static Request<List<Map<String, String>>> list(String line) {
    return Request.asking(line, OK, reply -> StatsText.maps(always(reply)));
  }

  /**
   * Returns what is to be known of connections, oldest first.
   *
   * @param after the number of the last one of the page before, or 0
   * @param max 1 to {@link #LIST_MAX}
   */
  public static Request<List<Map<String, String>>> listConnections(long after, int max) {
    return list("list-connections " + after + ' ' + max);
  }

  /** Closes a connection by its number in the list; false when there is none such. */
  public static Request<Boolean> closeConnection(long connection) {
    return done("close-connection " + connection, "CLOSED");
  }

  /**
   * Returns what is to be known of each capture, the oldest first: the last bytes of a connection,
   * kept since something went wrong on it.
   */
  public static Request<List<Map<String, String>>> listCaptures() {
    return list("list-captures");
  }

  /** Returns a capture as it is written to a file. */
  public static Request<Optional<byte[]>> getCapture(long capture) {
    return Request.asking(
        "get-capture " + capture, FOUND, reply -> reply.found("FOUND ").map(Job::body));
  }

  /** Keeps the last bytes of a connection; returns the capture's id, nothing without it. */
  public static Request<OptionalLong> captureConnection(long connection) {
    return Request.line(
        "capture-connection " + connection, reply -> reply.numberOrNotFound("CAPTURED "));
  }

  /** Removes a capture; false when there is none such. */
  public static Request<Boolean> deleteCapture(long capture) {
    return done("delete-capture " + capture, "DELETED");
  }

  /** Lets the server take no new jobs, or take them again. */
  public static Request<Boolean> drain(boolean on) {
    return on ? done("drain", "DRAIN_ON") : done("undrain", "DRAIN_OFF");
  }

  /**
   * Has the server end: it takes no job more, and goes when those that are held are done, or its
   * {@code drain-timeout} is over.
   */
  public static Request<Boolean> shutDown() {
    return done("shutdown", "STOPPING");
  }

  /**
   * Sets policies of a tube, which is made if need be: all of them, or none.
   *
   * @param words each {@code KEY=VALUE}, as {@code max-deaths=3}; the server knows the keys
   */
  public static Request<PolicyResult> setTube(String tube, List<String> words) {
    var line = "set-tube " + TubeSyntax.checked(tube) + ' ' + PolicyWords.checked(words);
    PolicyWords.checkLength(line);
    return Request.line(
        line,
        reply -> {
          if (reply.starts("BAD_POLICY ")) {
            return new PolicyResult.Bad(reply.line().substring("BAD_POLICY ".length()));
          }
          return switch (reply.line()) {
            case "SET" -> new PolicyResult.Done();
            case "OUT_OF_MEMORY" -> new PolicyResult.OutOfMemory();
            default -> throw reply.unexpected();
          };
        });
  }

  /** Returns what is to be known of a job and of its attempts. */
  public static Request<Optional<JobFacts>> showJob(long job) {
    return Request.asking("show-job " + job, OK, reply -> reply.text().map(StatsText::job));
  }

  /** Returns what is to be known of the job that is held: nothing where there is none. */
  static Request<Optional<Map<String, String>>> showHeld() {
    return facts("show-held");
  }

  /** Shows the evidence of a job's last death. */
  public static Request<Optional<Job>> peekDocket(long job) {
    return found("peek-docket " + job);
  }

  /**
   * Returns jobs that a policy has ended, or somebody has dropped, and that are still there: those
   * whose first attempt ended longest ago come first.
   *
   * @param after the last id of the page before, or 0
   * @param max 1 to {@link #LIST_MAX}
   */
  public static Request<List<Map<String, String>>> listDead(long after, int max) {
    return list("list-dead " + after + ' ' + max);
  }

  /** Returns what is left of jobs that ended for good by a policy or a drop, newest first. */
  public static Request<List<Map<String, String>>> listEnded(int max) {
    return list("list-ended " + max);
  }

  /** Makes a dead or buried job ready, where it came from; false when it is neither. */
  public static Request<Boolean> retryJob(long job) {
    return done("retry-job " + job, "RETRIED");
  }

  /** Deletes a dead or buried job, with an hour to think better of it; false when it is neither. */
  public static Request<Boolean> dropJob(long job) {
    return done("drop-job " + job, "DROPPED");
  }

  /** Brings a dropped job back, buried; false when there is none such. */
  public static Request<Boolean> undropJob(long job) {
    return done("undrop-job " + job, "UNDROPPED");
  }

  /** Says that the process which worked on a held job has died, though its session lives. */
  static Request<DiedResult> died(long job, byte[] docket) {
    return Request.body(
        "died",
        Request.encoded("died " + job + ' ' + docket.length),
        docket,
        Request.Needs.EXTENSION,
        reply ->
            switch (reply.line()) {
              case "DIED" -> DiedResult.DIED;
              case "NOT_FOUND" -> DiedResult.NOT_FOUND;
              case "OUT_OF_MEMORY", "JOB_TOO_BIG" -> DiedResult.REFUSED;
              default -> throw reply.unexpected();
            });
  }

  /** Keeps the evidence of an attempt that is about to end badly. */
  static Request<DocketResult> docket(long job, byte[] docket) {
    return Request.body(
        "docket",
        Request.encoded("docket " + job + ' ' + docket.length),
        docket,
        Request.Needs.EXTENSION,
        reply ->
            switch (reply.line()) {
              case "KEPT" -> DocketResult.KEPT;
              case "NOT_FOUND" -> DocketResult.NOT_FOUND;
              case "OUT_OF_MEMORY", "JOB_TOO_BIG" -> DocketResult.REFUSED;
              default -> throw reply.unexpected();
            });
  }
}
