package io.headrace.simulator;

import io.headrace.queue.Body;
import io.headrace.queue.EndRecord;
import io.headrace.queue.JobState;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a queue should hold, kept in the plainest way there is: every question is a search. */
final class AuditedState {
  /** A session with what it may do. */
  static final class AuditedSession {
    final SessionId id;
    final String peer;
    TubeName used = TubeName.DEFAULT;
    final Set<TubeName> watched = new LinkedHashSet<>(Set.of(TubeName.DEFAULT));

    /** Its place in the queue of those who wait; 0 when it does not. */
    long waitNumber;

    long waitUntilNs;

    /** What the command that ended it says. */
    String lastSent = "";

    AuditedSession(SessionId id, String peer) {
      this.id = id;
      this.peer = peer;
    }

    boolean waits() {
      return waitNumber > 0;
    }
  }

  /** The evidence of a death. */
  record Docket(TubeName tube, Body body, long untilNs) {}

  private static final int DOCKETS_MAX = 1_000;
  private static final long DOCKETS_BYTES_MAX = 16 << 20;
  private static final long DOCKETS_KEPT_NS = 7L * 24 * 3_600_000_000_000L;

  final TreeMap<Long, AuditedJob> jobs = new TreeMap<>();

  /** Jobs that were dropped and can be had back. */
  final TreeMap<Long, AuditedJob> dropped = new TreeMap<>();

  final TreeMap<Long, Docket> dockets = new TreeMap<>();
  final Map<SessionId, AuditedSession> sessions = new LinkedHashMap<>();
  final AuditedPolicy policy = new AuditedPolicy(this);
  final List<EndRecord> endRecords = new ArrayList<>();
  final AuditedKeys keys = new AuditedKeys();
  private final Map<TubeName, AuditedTube> tubes = new LinkedHashMap<>();
  long nowNs;
  long lastJob;
  long waits;
  long burials;

  Optional<AuditedJob> job(long id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Optional<AuditedSession> session(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  AuditedTube tube(TubeName name) {
    return tubes.computeIfAbsent(name, _ -> new AuditedTube());
  }

  Map<TubeName, AuditedTube> tubes() {
    return tubes;
  }

  Stream<AuditedJob> held(SessionId session) {
    return jobs.values().stream().filter(job -> job.isHeldBy(session));
  }

  Stream<AuditedJob> in(TubeName tube, JobState state) {
    return jobs.values().stream().filter(job -> job.tube.equals(tube) && job.state == state);
  }

  /** All that has a body in the tube, on the stage or off it. */
  long bodyBytes(TubeName tube) {
    return Stream.concat(jobs.values().stream(), dropped.values().stream())
            .filter(job -> job.tube.equals(tube))
            .mapToLong(job -> job.body.bytes())
            .sum()
        + docketBytes(tube);
  }

  private long docketBytes(TubeName tube) {
    return docketsOf(tube).mapToLong(entry -> entry.getValue().body().bytes()).sum();
  }

  private Stream<Map.Entry<Long, Docket>> docketsOf(TubeName tube) {
    return dockets.entrySet().stream().filter(entry -> entry.getValue().tube().equals(tube));
  }

  long countDockets(TubeName tube) {
    return docketsOf(tube).count();
  }

  int bodies() {
    return jobs.size() + dropped.size() + dockets.size();
  }

  /** Keeps the evidence of a job's death instead of older evidence. */
  void putAway(long docket, AuditedJob job, String signature, Body body) {
    dockets.remove(job.docket);
    job.docket = docket;
    job.signature = signature;
    dockets.put(docket, new Docket(job.tube, body, nowNs + DOCKETS_KEPT_NS));
    while (countDockets(job.tube) > DOCKETS_MAX || docketBytes(job.tube) > DOCKETS_BYTES_MAX) {
      dockets.remove(docketsOf(job.tube).findFirst().orElseThrow().getKey());
    }
  }

  boolean exists(TubeName tube) {
    return tube.equals(TubeName.DEFAULT)
        || (tubes.containsKey(tube) && !tube(tube).own.isEmpty())
        || sessions.values().stream().anyMatch(s -> s.used.equals(tube) || s.watched.contains(tube))
        || jobs.values().stream().anyMatch(job -> belongs(job, tube))
        || dropped.values().stream().anyMatch(job -> belongs(job, tube))
        || docketsOf(tube).findAny().isPresent();
  }

  private static boolean belongs(AuditedJob job, TubeName tube) {
    return job.tube.equals(tube) || job.origin.equals(Optional.of(tube));
  }

  /** What a tube was and did ends with it. */
  void dropUnusedTubes() {
    tubes.keySet().removeIf(tube -> !exists(tube));
  }

  void remove(AuditedJob job) {
    jobs.remove(job.id);
    dropped.remove(job.id);
    dockets.remove(job.docket);
    dropUnusedTubes();
  }
}
