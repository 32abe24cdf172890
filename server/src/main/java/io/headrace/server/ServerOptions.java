package io.headrace.server;

import io.headrace.queue.Invariant;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicySettings;
import io.headrace.server.captures.RecorderOptions;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link HeadraceServer} is told.
 *
 * @param version Headrace's own version, for {@code stats}
 * @param listen where it listens, besides the sockets that it inherits
 * @param journal where jobs are kept; without it they end with the process
 * @param maxJobBytes the largest body that a put may have, 1 B to 1 GiB
 * @param memoryBytes how much memory the bodies may take. With a journal bodies are kept only there
 *     beyond it; without one puts are refused
 * @param jobsMax how many jobs there may be, at least 1; puts are refused beyond it
 * @param connections how many connections it takes
 * @param policy what holds for tubes that say nothing else
 * @param events who is told what happens
 * @param recorder how much of what is said is remembered, and kept
 * @param admin where it tells its numbers; without it nowhere
 * @param peers how patient it is with peers
 * @param security what connections have to show
 * @param keys which keys of puts are remembered
 */
public record ServerOptions(
    String version,
    List<ListenAddress> listen,
    Optional<JournalPlace> journal,
    int maxJobBytes,
    long memoryBytes,
    int jobsMax,
    ConnectionOptions connections,
    PolicySettings policy,
    EventOptions events,
    RecorderOptions recorder,
    Optional<AdminPlace> admin,
    PeerOptions peers,
    SecurityOptions security,
    KeyOptions keys) {
  private static final int JOB_BYTES_MAX = 1 << 30;

  /** What a job takes of the heap beside its body, rounded up, in bytes. */
  private static final int HEAP_BYTES_A_JOB = 80;

  public ServerOptions {
    listen = List.copyOf(listen);
    Invariant.check(maxJobBytes >= 1 && maxJobBytes <= JOB_BYTES_MAX, "1 B to 1 GiB a job");
    Invariant.check(memoryBytes >= 1, "bodies need memory");
    Invariant.check(jobsMax >= 1, "a server has jobs");
  }

  /** Options of a server with the policy that is built in, which tells by its protocol and log. */
  public ServerOptions(
      String version,
      List<ListenAddress> listen,
      Optional<JournalPlace> journal,
      int maxJobBytes,
      long memoryBytes,
      int jobsMax,
      int connectionsMax) {
    this(
        version,
        listen,
        journal,
        maxJobBytes,
        memoryBytes,
        jobsMax,
        new ConnectionOptions(connectionsMax),
        PolicySettings.NONE,
        EventOptions.none(),
        RecorderOptions.standard(),
        Optional.empty(),
        PeerOptions.defaults(),
        SecurityOptions.NONE,
        KeyOptions.defaults());
  }

  /** Options of a server that keeps its jobs in memory only. */
  public ServerOptions(
      String version,
      List<ListenAddress> listen,
      int maxJobBytes,
      long memoryBytes,
      int connectionsMax) {
    this(
        version,
        listen,
        Optional.empty(),
        maxJobBytes,
        memoryBytes,
        defaultJobsMax(),
        connectionsMax);
  }

  /** These options, but connections have to show this. */
  public ServerOptions with(SecurityOptions other) {
    return new ServerOptions(
        version,
        listen,
        journal,
        maxJobBytes,
        memoryBytes,
        jobsMax,
        connections,
        policy,
        events,
        recorder,
        admin,
        peers,
        other,
        keys);
  }

  /** How many jobs seven tenths of the heap have room for. */
  public static int defaultJobsMax() {
    long jobs = Runtime.getRuntime().maxMemory() / 10 * 7 / HEAP_BYTES_A_JOB;
    return Math.clamp(jobs, 1, Limits.JOBS_MAX);
  }
}
