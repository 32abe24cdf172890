package io.headrace.server.beanstalk;

import io.headrace.queue.Attempt;
import io.headrace.queue.DeadView;
import io.headrace.queue.EndRecord;
import io.headrace.queue.HistoryView;
import io.headrace.queue.JobView;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import io.headrace.queue.TubeView;
import io.headrace.server.PolicyText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Answers what beanstalkd has not: policies, the past of jobs, and the dead. */
final class OwnReads {
  private static final long NS_PER_S = 1_000_000_000;
  private static final Verb[] VERBS = Verb.values();

  private final BeanstalkReads reads;
  private final ReplyText text;
  private final ToLongFunction<TubeName> runP99Ns;

  OwnReads(BeanstalkReads reads, ReplyText text, ToLongFunction<TubeName> runP99Ns) {
    this.runP99Ns = runP99Ns;
    this.reads = reads;
    this.text = text;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String time(long stampNs) {
    return stampNs == 0
        ? "never"
        : Instant.ofEpochSecond(stampNs / NS_PER_S, stampNs % NS_PER_S).toString();
  }

  private static String seconds(long ns) {
    return BigDecimal.valueOf(ns, 9).setScale(3, RoundingMode.UP).toPlainString();
  }

  /** Twice what nearly all attempts took, so that no slow one is given to a second worker. */
  private static long advisedTtrS(long runNs) {
    return Math.ceilDiv(2 * runNs, NS_PER_S);
  }

  /** Further entries of a tube. */
  void tubeEntries(QueueMachine machine, TubeView view) {
    text.entry("current-jobs-suspect", view.suspects())
        .entry("current-jobs-dropped", view.dropped())
        .entry("dockets", view.dockets())
        .entry("double-runs", view.doubleRuns())
        .entry("health", view.sick() ? "sick" : "well");
    long runNs = runP99Ns.applyAsLong(view.name());
    text.entry("run-time-p99", seconds(runNs)).entry("ttr-advised", advisedTtrS(runNs));
    for (PolicyText.Line line : PolicyText.lines(view.settings(), machine.defaultSettings())) {
      text.raw("policy-").quoted(line.name(), line.value() + " (" + line.origin() + ")");
    }
  }

  void listExtensions(ReplyingSession asker) {
    text.begin();
    for (Verb verb : VERBS) {
      if (verb.isExtension()) {
        text.raw("- ").raw(verb.word()).raw("\n");
      }
    }
    reads.send(asker);
  }

  void showJob(ReplyingSession asker, QueueMachine machine, long job, long nowNs) {
    Optional<JobView> found = job == 0 ? Optional.empty() : machine.job(job, nowNs);
    if (found.isEmpty()) {
      reads.notFound(asker);
      return;
    }
    JobView view = found.get();
    HistoryView history = machine.history(job).orElse(new HistoryView(List.of(), 0, ""));
    BeanstalkReads.jobEntries(text.begin(), view)
        .entry("size", view.body().bytes())
        .entry("crc32c", String.format(Locale.ROOT, "%08x", view.body().crc32c()))
        .entry("lane", word(view.standing()))
        .entry("deaths", view.deaths())
        .entry("strikes", view.strikes())
        .entry("excused", view.excused())
        .entry("cause", word(view.cause()))
        .entry("ended", time(view.endedNs()));
    origin(view);
    text.entry("docket", history.docket()).quoted("signature", history.signature());
    text.raw(history.attempts().isEmpty() ? "attempts: []\n" : "attempts:\n");
    history.attempts().forEach(this::attempt);
    reads.send(asker);
  }

  private void origin(JobView view) {
    view.origin()
        .ifPresentOrElse(tube -> text.quoted("origin", tube), () -> text.quoted("origin", ""));
  }

  private void attempt(Attempt attempt) {
    text.item("attempt", attempt.number())
        .indented("session", attempt.session().epoch() + "." + attempt.session().number())
        .raw("  ")
        .quoted("peer", attempt.peer())
        .indented("since", time(attempt.sinceNs()))
        .indented("until", time(attempt.untilNs()))
        .indented("how", word(attempt.how()))
        .indented("touches", attempt.touches())
        .indented("beside", attempt.beside());
    lastSent(attempt);
    if (attempt.lateNs() != 0) {
      text.indented("ran-twice-until", time(attempt.lateNs()));
    }
  }

  private void lastSent(Attempt attempt) {
    if (!attempt.lastSent().isEmpty()) {
      text.raw("  ").quoted("last-sent", attempt.lastSent());
    }
  }

  void listDead(ReplyingSession asker, QueueMachine machine, long after, int max, long nowNs) {
    text.begin();
    for (DeadView dead : machine.dead(after, max, nowNs)) {
      JobView job = dead.job();
      text.item("id", job.job())
          .raw("  ")
          .quoted("tube", job.tube())
          .indented("state", dead.dropped() ? "dropped" : BeanstalkReads.name(job.state()))
          .indented("cause", word(job.cause()))
          .indented("ended", time(job.endedNs()))
          .raw("  ");
      origin(job);
      text.raw("  ")
          .quoted("signature", dead.history().signature())
          .indented("how", how(dead.history()))
          .indented("reserves", job.reserves())
          .indented("size", job.body().bytes());
    }
    reads.send(asker);
  }

  private static String how(HistoryView history) {
    return history.attempts().isEmpty() ? "unknown" : word(history.attempts().getLast().how());
  }

  /** The newest records, newest first. */
  void listEnded(ReplyingSession asker, QueueMachine machine, int max) {
    text.begin();
    for (EndRecord end : machine.endRecords(max)) {
      text.item("id", end.job())
          .raw("  ")
          .quoted("tube", end.tube())
          .indented("cause", word(end.cause()))
          .indented("ended", time(end.atNs()))
          .indented("reserves", end.reserves())
          .indented("size", end.bodyBytes())
          .indented("crc32c", String.format(Locale.ROOT, "%08x", end.bodyCrc32c()))
          .raw("  ")
          .quoted("holder", end.last().map(Attempt::peer).orElse(""))
          .indented("how", end.last().map(last -> word(last.how())).orElse("never-reserved"))
          .raw("  ")
          .quoted("last-sent", end.last().map(Attempt::lastSent).orElse(""));
    }
    reads.send(asker);
  }
}
