package io.headrace.worker;

import io.headrace.client.DiedResult;
import io.headrace.client.DocketResult;
import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.UnexpectedReply;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Tells the server what becomes of a job whose run has ended. */
final class Closing {
  /** How it went, for the count of a slot. */
  enum Fate {
    DONE,
    FAILED,
    DIED,
    /** The job is not blamed: it goes back. */
    RETURNED
  }

  /** A server that does not know deaths sets such a job aside, at this attempt. */
  private static final int DEATHS_ELSEWHERE = 3;

  /** Evidence that a server with little room may still take, in bytes. */
  private static final int DOCKET_BYTES_LEAST = 1024;

  private static final String DELAY_KEY = "policy-retry-delay";

  private final WorkPlan plan;
  private final Backoff delays;
  private final Consumer<String> note;

  Closing(WorkPlan plan, Backoff delays, Consumer<String> note) {
    this.plan = plan;
    this.delays = delays;
    this.note = note;
  }

  /**
   * Ends the attempt.
   *
   * @param result what came of it, where that is wanted
   */
  Fate close(Link link, Held held, Finding finding, Result result) {
    var client = link.client();
    long id = held.id();
    long priority = held.priority();
    switch (finding.ending()) {
      case Ending.Done _ -> {
        return finished(link, held, result);
      }
      case Ending.Return _ -> {
        // Where the job is another's by now this changes nothing.
        client.release(id, priority, Duration.ZERO);
        return Fate.RETURNED;
      }
      case Ending.Died _ -> {
        return died(link, held, finding);
      }
      case Ending.Delete _ -> client.delete(id);
      case Ending.Bury _ -> {
        leave(link, held, finding);
        client.bury(id, priority);
      }
      case Ending.Delay(var time) -> release(link, held, finding, time);
      case Ending.Retry _ -> release(link, held, finding, retryDelay(client, held));
      case Ending.Release _ -> release(link, held, finding, delays.after(held.attempt()));
    }
    return Fate.FAILED;
  }

  private Fate finished(Link link, Held held, Result result) {
    var client = link.client();
    if (plan.resultTube().isPresent()) {
      var refused = put(client, held, result);
      if (refused.isPresent()) {
        note.accept("job " + held.id() + " is buried: its result was not put, " + refused.get());
        client.bury(held.id(), held.priority());
        return Fate.FAILED;
      }
    }
    link.done(held.id());
    return Fate.DONE;
  }

  /** Tells that a job which was done could not be deleted. */
  void gone(long job) {
    note.accept("job " + job + " was done, but is another's by now: it runs again");
  }

  private static Optional<String> put(HeadraceClient client, Held held, Result result) {
    if (result.isTooLong()) {
      return Optional.of("since it is longer than the server takes (max-job-size)");
    }
    var options = new JobOptions(held.priority(), Duration.ZERO, held.ttr());
    return switch (client.put(result.bytes(), options)) {
      case PutResult.Inserted _, PutResult.Known _ -> Optional.empty();
      case PutResult.Refused(var why) -> Optional.of("the server says " + why);
    };
  }

  /** That of the tube's policy; without one as after any other failure. */
  private Duration retryDelay(HeadraceClient client, Held held) {
    var text =
        client
            .showTube(held.tube())
            .map(facts -> facts.getOrDefault(DELAY_KEY, ""))
            .map(value -> value.split(" ", 2)[0])
            .orElse("");
    var parts = text.split("\\.\\.", 2);
    try {
      var first = plan.durations().apply(parts[0]);
      if (!first.isZero()) {
        var last = parts.length == 2 ? plan.durations().apply(parts[1]) : first;
        long doublings = Math.min(30, held.attempt() - 1);
        var doubled = first.multipliedBy(1L << doublings);
        return doubled.compareTo(last) < 0 ? doubled : last;
      }
    } catch (IllegalArgumentException e) {
      // Another server, which has no policies.
      return delays.after(held.attempt());
    }
    return delays.after(held.attempt());
  }

  private Fate died(Link link, Held held, Finding finding) {
    var client = link.client();
    try {
      if (report(link, held, finding) == DiedResult.NOT_FOUND) {
        note.accept("job " + held.id() + " is another's by now: its death is not told");
      }
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      // beanstalkd would start it for ever.
      if (held.attempt() >= DEATHS_ELSEWHERE) {
        client.bury(held.id(), held.priority());
        note.accept(
            "job %d is buried, since it died at attempt %d; this server takes no more evidence"
                .formatted(held.id(), held.attempt()));
      } else {
        client.release(held.id(), held.priority(), delays.after(held.attempt()));
      }
    }
    return Fate.DIED;
  }

  private DiedResult report(Link link, Held held, Finding finding) {
    var client = link.client();
    var result = tell(link, finding, docket -> client.died(held.id(), docket), DiedResult.REFUSED);
    if (result == DiedResult.REFUSED) {
      note.accept(
          "job " + held.id() + " goes back: the server has no room for the evidence of its death");
      client.release(held.id(), held.priority(), delays.after(held.attempt()));
    }
    return result;
  }

  private void release(Link link, Held held, Finding finding, Duration delay) {
    leave(link, held, finding);
    link.client().release(held.id(), held.priority(), delay);
  }

  /** Leaves the evidence, where there is any, with a job that has failed. */
  private void leave(Link link, Held held, Finding finding) {
    if (finding.docket().isEmpty()) {
      return;
    }
    try {
      var result =
          tell(
              link,
              finding,
              docket -> link.client().docket(held.id(), docket),
              DocketResult.REFUSED);
      if (result == DocketResult.REFUSED) {
        note.accept("job " + held.id() + ": the server has no room for the evidence");
      }
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      // beanstalkd keeps none: what is told to a person is all there is.
    }
  }

  /** Sends evidence, less and less of it until the server has room. */
  private static <T> T tell(Link link, Finding finding, Function<byte[], T> telling, T refused) {
    for (int max = link.jobBytesMax(); max >= DOCKET_BYTES_LEAST; max /= 8) {
      var result = telling.apply(finding.evidence(max));
      if (!result.equals(refused)) {
        return result;
      }
    }
    return refused;
  }
}
