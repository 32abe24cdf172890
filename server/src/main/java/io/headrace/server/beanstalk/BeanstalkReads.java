package io.headrace.server.beanstalk;

import io.headrace.queue.Body;
import io.headrace.queue.HistoryView;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import io.headrace.queue.TubeName;
import io.headrace.queue.TubeView;
import io.headrace.server.ClientFault;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.LogFacts;
import io.headrace.server.Query;
import io.headrace.server.Session;
import java.util.List;
import java.util.Optional;

/**
 * Answers what only reads: peek, stats and list. Keys and their order are those of beanstalkd 1.13;
 * Headrace's own stand behind them.
 */
final class BeanstalkReads {
  /** Clients take the version apart at its dots, and break on more than numbers. */
  private static final String BEANSTALKD_VERSION = "1.13";

  private static final long NS_PER_S = 1_000_000_000;
  private static final long MICROS_PER_S = 1_000_000;
  private static final long NS_PER_US = 1_000;

  /** Turns of the loop that took so long are counted one by one. */
  private static final long LONG_STALL_NS = 10_000_000;

  private static final ClientFault[] FAULTS = ClientFault.values();

  private final BeanstalkProtocol protocol;
  private final ServerFacts facts;
  private final LogFacts logFacts;
  private final ReplyText text = new ReplyText();
  private final OwnReads own;
  private final ConnectionReads connections;
  private final CaptureReads captures;

  BeanstalkReads(BeanstalkProtocol protocol, ServerFacts facts, LogFacts logFacts) {
    this.protocol = protocol;
    this.facts = facts;
    this.logFacts = logFacts;
    own = new OwnReads(this, text, facts.runP99Ns());
    connections = new ConnectionReads(this, protocol.loop, text);
    captures = new CaptureReads(protocol, this, text);
  }

  /**
   * Answers.
   *
   * @return false when the answer has to wait for a body that is not in memory
   */
  boolean answer(Query query, ReplyingSession asker, QueueMachine machine, long nowNs) {
    switch (query) {
      case Query.Say(var reply) -> reply.run();
      case Query.Peek(var job) -> {
        return peek(asker, body(machine, job, nowNs), job);
      }
      case Query.PeekFirst(var state) -> {
        long job = first(machine, used(asker, machine), state);
        return peek(asker, body(machine, job, nowNs), job);
      }
      case Query.Stats _ -> stats(asker, machine);
      case Query.StatsJob(var job) -> statsJob(asker, machine, job, nowNs);
      case Query.ShowHeld _ -> statsJob(asker, machine, held(asker, machine), nowNs);
      case Query.StatsTube(var tube) -> tube(asker, machine, tube, nowNs, false);
      case Query.ShowTube(var tube) -> tube(asker, machine, tube, nowNs, true);
      case Query.ShowJob(var job) -> own.showJob(asker, machine, job, nowNs);
      case Query.PeekDocket(var job) -> {
        long docket = machine.history(job).map(HistoryView::docket).orElse(0L);
        return peek(asker, machine.docket(docket), docket);
      }
      case Query.ListDead(var after, var max) -> own.listDead(asker, machine, after, max, nowNs);
      case Query.ListEnded(var max) -> own.listEnded(asker, machine, max);
      case Query.ListTubes _ -> list(asker, machine.tubes());
      case Query.ListTubeUsed _ -> protocol.encoder.using(asker.out(), used(asker, machine));
      case Query.ListTubesWatched _ -> list(asker, watched(asker, machine));
      case Query.ListJobs(var tube, var state, var max) ->
          listJobs(asker, machine, tube, machine.jobs(tube, state, max, nowNs), nowNs);
      case Query.ListConnections(var after, var max) ->
          connections.list(asker, machine, after, max, nowNs);
      case Query.ListExtensions _ -> own.listExtensions(asker);
      case Query.ListCaptures _ -> captures.list(asker);
      case Query.GetCapture(var id) -> captures.get(asker, id);
      case Query.CaptureConnection(var number) -> captures.take(asker, number);
      case Query.DeleteCapture(var id) -> captures.delete(asker, id);
    }
    return true;
  }

  /** What a session that has not spoken yet uses: the queue does not know it. */
  static TubeName used(Session session, QueueMachine machine) {
    return session.isOpen() ? machine.used(session.id()) : TubeName.DEFAULT;
  }

  /** The job that the session holds, or 0. */
  private static long held(Session session, QueueMachine machine) {
    return session.isOpen() ? machine.held(session.id(), 1).stream().findFirst().orElse(0L) : 0;
  }

  static List<TubeName> watched(Session session, QueueMachine machine) {
    return session.isOpen() ? machine.watched(session.id()) : List.of(TubeName.DEFAULT);
  }

  private static long first(QueueMachine machine, TubeName tube, JobState state) {
    return switch (state) {
      case READY -> machine.firstReady(tube);
      case DELAYED -> machine.firstDelayed(tube);
      case BURIED -> machine.firstBuried(tube);
      case RESERVED -> 0;
    };
  }

  private static Optional<Body> body(QueueMachine machine, long job, long nowNs) {
    return job == 0 ? Optional.empty() : machine.job(job, nowNs).map(JobView::body);
  }

  private boolean peek(ReplyingSession asker, Optional<Body> found, long job) {
    if (found.isEmpty()) {
      protocol.encoder.word(asker.out(), Word.NOT_FOUND);
      return true;
    }
    Body body = found.get();
    if (Body.isSpilled(body.ref())) {
      protocol.loop.awaitBody(asker, job, body);
      return false;
    }
    protocol.encoder.found(asker.out(), job, body.ref(), body.bytes());
    return true;
  }

  void notFound(ReplyingSession asker) {
    protocol.encoder.word(asker.out(), Word.NOT_FOUND);
  }

  void send(ReplyingSession asker) {
    if (text.isTooLong()) {
      text.clear();
      protocol.encoder.word(asker.out(), Word.OUT_OF_MEMORY);
    } else {
      protocol.encoder.ok(asker.out(), text);
    }
  }

  private void list(ReplyingSession asker, List<TubeName> tubes) {
    text.begin();
    for (TubeName tube : tubes) {
      text.item(tube);
    }
    send(asker);
  }

  private void stats(ReplyingSession asker, QueueMachine machine) {
    QueueView totals = machine.totals();
    text.begin()
        .entry("current-jobs-urgent", totals.urgent())
        .entry("current-jobs-ready", totals.ready())
        .entry("current-jobs-reserved", totals.reserved())
        .entry("current-jobs-delayed", totals.delayed())
        .entry("current-jobs-buried", totals.buried());
    commands();
    text.entry("job-timeouts", totals.timeouts())
        .entry("total-jobs", totals.total())
        .entry("max-job-size", protocol.maxJobBytes)
        .entry("current-tubes", totals.tubes())
        .entry("current-connections", protocol.loop.open().count())
        .entry("current-producers", totals.producers())
        .entry("current-workers", totals.workers())
        .entry("current-waiting", totals.waiting())
        .entry("total-connections", protocol.loop.open().ever())
        .entry("pid", facts.pid())
        .quoted("version", BEANSTALKD_VERSION)
        .entry("rusage-utime", seconds(facts.cpu().userMicros()))
        .entry("rusage-stime", seconds(facts.cpu().systemMicros()))
        .entry("uptime", protocol.loop.uptimeNs() / NS_PER_S)
        .entry("binlog-oldest-index", logFacts.oldestIndex())
        .entry("binlog-current-index", logFacts.currentIndex())
        .entry("binlog-records-migrated", logFacts.recordsMigrated())
        .entry("binlog-records-written", logFacts.recordsWritten())
        .entry("binlog-max-size", logFacts.maxSizeBytes())
        .entry("draining", Boolean.toString(protocol.admission.isDraining()))
        .entry("id", facts.instance())
        .quoted("hostname", facts.hostname())
        .quoted("os", facts.os())
        .quoted("platform", facts.platform())
        .quoted("headrace-version", facts.headraceVersion())
        .entry("headrace-body-bytes-resident", totals.bodyBytes() - machine.spilledBytes())
        .entry("headrace-body-bytes-spilled", machine.spilledBytes())
        .entry("headrace-memory-used", protocol.bodies.usedBytes())
        .entry("headrace-memory-budget", protocol.bodies.budgetBytes())
        .entry("headrace-keys", totals.keys())
        .entry("headrace-loop-turns", facts.turns().count())
        .entry("headrace-loop-stall-p99-us", facts.turns().percentileNs(99) / NS_PER_US)
        .entry("headrace-loop-stall-p999-us", facts.turns().percentileNs(99.9) / NS_PER_US)
        .entry("headrace-loop-stall-max-us", facts.turns().maxNs() / NS_PER_US)
        .entry("headrace-loop-stalls-10ms", facts.turns().countFrom(LONG_STALL_NS));
    for (ClientFault fault : FAULTS) {
      text.raw("headrace-faults-").entry(fault.word(), protocol.faults.of(fault));
    }
    connections();
    captures.stats();
    send(asker);
  }

  private void connections() {
    ConnectionNumbers numbers = facts.connections().get();
    text.entry("headrace-descriptors-max", numbers.descriptorsMax())
        .entry("headrace-connections-max", numbers.max())
        .entry("headrace-connections-max-per-address", numbers.maxPerAddress())
        .entry("headrace-connections-max-per-listener", numbers.maxPerListener())
        .entry("headrace-refused-full", numbers.refusedFull())
        .entry("headrace-refused-by-address", numbers.refusedByAddress())
        .entry("headrace-refused-by-listener", numbers.refusedByListener())
        .entry("headrace-refused-without-descriptor", numbers.refusedWithoutDescriptor())
        .entry("headrace-accept-failures", numbers.acceptFailures())
        .entry("headrace-accept-aborts", numbers.acceptAborts())
        .entry("headrace-listen-overflows", numbers.listenOverflows())
        .entry("headrace-listen-drops", numbers.listenDrops());
  }

  private void commands() {
    command("put", Verb.PUT);
    command("peek", Verb.PEEK);
    command("peek-ready", Verb.PEEK_READY);
    command("peek-delayed", Verb.PEEK_DELAYED);
    command("peek-buried", Verb.PEEK_BURIED);
    command("reserve", Verb.RESERVE);
    command("reserve-with-timeout", Verb.RESERVE_WITH_TIMEOUT);
    command("delete", Verb.DELETE);
    command("release", Verb.RELEASE);
    command("use", Verb.USE);
    command("watch", Verb.WATCH);
    command("ignore", Verb.IGNORE);
    command("bury", Verb.BURY);
    command("kick", Verb.KICK);
    command("touch", Verb.TOUCH);
    command("stats", Verb.STATS);
    command("stats-job", Verb.STATS_JOB);
    command("stats-tube", Verb.STATS_TUBE);
    command("list-tubes", Verb.LIST_TUBES);
    command("list-tube-used", Verb.LIST_TUBE_USED);
    command("list-tubes-watched", Verb.LIST_TUBES_WATCHED);
    command("pause-tube", Verb.PAUSE_TUBE);
  }

  private void command(String name, Verb verb) {
    text.raw("cmd-").entry(name, protocol.counters.of(verb));
  }

  private static String seconds(long micros) {
    String fraction = Long.toString(MICROS_PER_S + micros % MICROS_PER_S).substring(1);
    return micros / MICROS_PER_S + "." + fraction;
  }

  private void statsJob(ReplyingSession asker, QueueMachine machine, long job, long nowNs) {
    Optional<JobView> found = job == 0 ? Optional.empty() : machine.job(job, nowNs);
    if (found.isEmpty()) {
      notFound(asker);
      return;
    }
    jobEntries(text.begin(), found.get());
    send(asker);
  }

  /** What beanstalkd says of a job. */
  static ReplyText jobEntries(ReplyText text, JobView view) {
    return text.entry("id", view.job())
        .quoted("tube", view.tube())
        .entry("state", name(view.state()))
        .entry("pri", view.priority())
        .entry("age", view.ageNs() / NS_PER_S)
        .entry("delay", view.delayNs() / NS_PER_S)
        .entry("ttr", view.ttrNs() / NS_PER_S)
        .entry("time-left", view.timeLeftNs() / NS_PER_S)
        .entry("file", 0)
        .entry("reserves", view.reserves())
        .entry("timeouts", view.timeouts())
        .entry("releases", view.releases())
        .entry("buries", view.buries())
        .entry("kicks", view.kicks());
  }

  static String name(JobState state) {
    return switch (state) {
      case READY -> "ready";
      case DELAYED -> "delayed";
      case RESERVED -> "reserved";
      case BURIED -> "buried";
    };
  }

  /** Tells what is to be known of a tube: as beanstalkd does, or all. */
  private void tube(
      ReplyingSession asker, QueueMachine machine, TubeName tube, long nowNs, boolean all) {
    Optional<TubeView> found = machine.tube(tube, nowNs);
    if (found.isEmpty()) {
      protocol.encoder.word(asker.out(), Word.NOT_FOUND);
      return;
    }
    TubeView view = found.get();
    // A connection that has not spoken uses and watches the default tube, though the queue does
    // not know it yet.
    long silent = tube.equals(TubeName.DEFAULT) ? protocol.loop.open().unopened() : 0;
    text.begin()
        .quoted("name", view.name())
        .entry("current-jobs-urgent", view.urgent())
        .entry("current-jobs-ready", view.ready())
        .entry("current-jobs-reserved", view.reserved())
        .entry("current-jobs-delayed", view.delayed())
        .entry("current-jobs-buried", view.buried())
        .entry("total-jobs", view.total())
        .entry("current-using", view.using() + silent)
        .entry("current-watching", view.watching() + silent)
        .entry("current-waiting", view.waiting())
        .entry("cmd-delete", view.deletes())
        .entry("cmd-pause-tube", view.pauses())
        .entry("pause", view.pauseNs() / NS_PER_S)
        .entry("pause-time-left", view.pauseLeftNs() / NS_PER_S);
    if (all) {
      long spilled = machine.spilledBytes(tube);
      text.entry("body-bytes-resident", view.bodyBytes() - spilled)
          .entry("body-bytes-spilled", spilled);
      own.tubeEntries(machine, view);
    }
    send(asker);
  }

  private void listJobs(
      ReplyingSession asker, QueueMachine machine, TubeName tube, List<JobView> jobs, long nowNs) {
    if (jobs.isEmpty() && machine.tube(tube, nowNs).isEmpty()) {
      protocol.encoder.word(asker.out(), Word.NOT_FOUND);
      return;
    }
    text.begin();
    for (JobView job : jobs) {
      text.item("id", job.job())
          .indented("state", name(job.state()))
          .indented("pri", job.priority())
          .indented("age", job.ageNs() / NS_PER_S)
          .indented("delay", job.delayNs() / NS_PER_S)
          .indented("ttr", job.ttrNs() / NS_PER_S)
          .indented("time-left", job.timeLeftNs() / NS_PER_S)
          .indented("size", job.body().bytes())
          .indented("reserves", job.reserves())
          .indented("timeouts", job.timeouts())
          .indented("releases", job.releases())
          .indented("buries", job.buries())
          .indented("kicks", job.kicks());
    }
    send(asker);
  }
}
