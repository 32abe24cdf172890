package io.headrace.trials;

import io.headrace.client.HeldJob;
import io.headrace.client.JobClient;
import io.headrace.client.JobOptions;
import io.headrace.client.Request;
import io.headrace.client.Requests;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Each call of the Java client, to be made in a tube where one job is ready. */
enum ClientCall {
  PUT("put 7 ", "INSERTED 1\r\n", ClientCall::put),
  RESERVE("reserve-with-timeout 1\r\n", "RESERVED 1 1\r\nx\r\n", ClientCall::reserve),
  RESERVE_JOB(
      "reserve-job %d\r\n",
      "RESERVED %d 1\r\nx\r\n", one -> () -> one.client().reserveJob(one.job()).orElseThrow()),
  TOUCH("touch %d\r\n", "TOUCHED\r\n", held(HeldJob::touch)),
  RELEASE("release %d ", "RELEASED\r\n", held(job -> job.release(7, Duration.ZERO))),
  BURY("bury %d ", "BURIED\r\n", held(job -> job.bury(7))),
  DELETE_HELD("delete %d\r\n", "DELETED\r\n", held(HeldJob::delete)),
  DELETE("delete %d\r\n", "DELETED\r\n", asks(one -> Requests.delete(one.job()))),
  PEEK("peek %d\r\n", "FOUND %d 1\r\nx\r\n", asks(one -> Requests.peek(one.job()))),
  PEEK_READY("peek-ready\r\n", "FOUND 1 1\r\nx\r\n", asks(_ -> Requests.peekReady())),
  PEEK_DELAYED("peek-delayed\r\n", "FOUND 1 1\r\nx\r\n", asks(_ -> Requests.peekDelayed())),
  PEEK_BURIED("peek-buried\r\n", "FOUND 1 1\r\nx\r\n", asks(_ -> Requests.peekBuried())),
  KICK("kick 1\r\n", "KICKED 1\r\n", asks(_ -> Requests.kick(1))),
  KICK_JOB("kick-job %d\r\n", "KICKED\r\n", asks(one -> Requests.kickJob(one.job()))),
  PAUSE_TUBE(
      "pause-tube %s ", "PAUSED\r\n", asks(one -> Requests.pauseTube(one.tube(), Duration.ZERO))),
  STATS("stats\r\n", "OK 1\r\nx\r\n", asks(_ -> Requests.stats())),
  STATS_JOB("stats-job %d\r\n", "OK 1\r\nx\r\n", asks(one -> Requests.statsJob(one.job()))),
  STATS_TUBE("stats-tube %s\r\n", "OK 1\r\nx\r\n", asks(one -> Requests.statsTube(one.tube()))),
  LIST_TUBES("list-tubes\r\n", "OK 1\r\nx\r\n", asks(_ -> Requests.listTubes())),
  SHOW_TUBE("show-tube %s\r\n", "OK 1\r\nx\r\n", asks(one -> Requests.showTube(one.tube()))),
  SET_TUBE(
      "set-tube %s ",
      "SET\r\n", asks(one -> Requests.setTube(one.tube(), List.of("max-deaths=2")))),
  LIST_JOBS(
      "list-jobs %s ", "OK 1\r\nx\r\n", asks(one -> Requests.listJobs(one.tube(), "ready", 1))),
  SHOW_JOB("show-job %d\r\n", "OK 1\r\nx\r\n", asks(one -> Requests.showJob(one.job()))),
  LIST_CONNECTIONS("list-connections ", "OK 1\r\nx\r\n", asks(_ -> Requests.listConnections(0, 1))),
  CLEAR_TUBE("clear-tube %s\r\n", "CLEARED 1\r\n", asks(one -> Requests.clearTube(one.tube()))),
  PUT_ONCE("put-key ", "INSERTED 1\r\n", ClientCall::putOnce),

  // How a connection begins: the client itself tries again, over another.
  USE("use %s\r\n", "USING %s\r\n", ClientCall::put),
  WATCH("watch %s\r\n", "WATCHING 2\r\n", ClientCall::reserve),
  IGNORE("ignore default\r\n", "WATCHING 1\r\n", ClientCall::reserve);

  /** Where a call is made, with the job that is ready there. */
  record Place(JobClient client, String tube, long job, int bytes) {}

  /** Does what comes before the call, and returns the call. */
  private interface Made {
    Callable<Object> at(Place place);
  }

  private final String request;
  private final String reply;

  /** A lambda without state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Made made;

  ClientCall(String request, String reply, Made made) {
    this.request = request;
    this.reply = reply;
    this.made = made;
  }

  private static Callable<Object> put(Place one) {
    var options = new JobOptions(7, Duration.ZERO, Duration.ofSeconds(60));
    return () -> one.client().put(one.tube(), new byte[one.bytes()], options);
  }

  private static Callable<Object> putOnce(Place one) {
    return () -> one.client().putOnce(one.tube(), "key", new byte[100], JobOptions.DEFAULT);
  }

  private static Callable<Object> reserve(Place one) {
    return () -> {
      var job = one.client().reserve(Duration.ofSeconds(1), one.tube()).orElseThrow();
      if (job.id() != one.job()) {
        throw new AssertionError("job " + job.id() + " and not " + one.job());
      }
      return job;
    };
  }

  private static Made held(Function<HeldJob, Boolean> end) {
    return one -> {
      var job = one.client().reserve(Duration.ZERO, one.tube()).orElseThrow();
      return () -> end.apply(job);
    };
  }

  private static Made asks(Function<Place, Request<?>> asked) {
    return one -> () -> one.client().call(one.tube(), asked.apply(one));
  }

  /** How its request begins. */
  String request(String tube, long job) {
    return filled(request, tube, job);
  }

  /** How a reply to it may look. */
  String reply(String tube, long job) {
    return filled(reply, tube, job);
  }

  private static String filled(String pattern, String tube, long job) {
    return pattern.replace("%s", tube).replace("%d", Long.toString(job));
  }

  Callable<Object> prepared(Place place) {
    return made.at(place);
  }

  /** Whether it belongs to how a connection begins. */
  boolean isOfAConnection() {
    return compareTo(USE) >= 0;
  }

  /** Whether beanstalkd does not know it. */
  boolean isHeadraces() {
    return compareTo(SHOW_TUBE) >= 0 && !isOfAConnection();
  }

  /** What it may take besides the patience. */
  Duration waits() {
    return switch (this) {
      case RESERVE, WATCH, IGNORE -> Duration.ofSeconds(1);
      default -> Duration.ZERO;
    };
  }
}
