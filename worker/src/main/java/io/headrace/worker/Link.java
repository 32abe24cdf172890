package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.client.Taken;
import io.headrace.worker.process.Guardian;
import io.headrace.worker.process.Sockets;
import io.headrace.worker.process.SpawnException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A slot's connection to the server; where scripts run for it, with the guardian that keeps it open
 * until no process of them is left.
 */
final class Link implements AutoCloseable {
  private static final int JOB_BYTES_USUAL = 65_535;
  private static final int NO_DESCRIPTOR = -1;

  private final HeadraceClient client;
  private final Optional<Guardian> guardian;
  private final int descriptor;
  private final int jobBytesMax;
  private OptionalLong done = OptionalLong.empty();

  private Link(
      HeadraceClient client, Optional<Guardian> guardian, int descriptor, int jobBytesMax) {
    this.client = client;
    this.guardian = guardian;
    this.descriptor = descriptor;
    this.jobBytesMax = jobBytesMax;
  }

  /**
   * Connects, and has a guardian keep that open.
   *
   * @param mark what the environment of each process has that the guardian is to kill
   */
  static Link guarded(Supplier<HeadraceClient> connector, WorkPlan plan, String mark)
      throws SpawnException {
    var opened = Sockets.opening(connector, HeadraceClient::localPort);
    return whole(
        opened.made(),
        client -> {
          int jobBytesMax = prepare(client, plan);
          int descriptor =
              opened
                  .descriptor()
                  .orElseThrow(
                      () -> new SpawnException("the connection has no descriptor to guard"));
          var guardian = Optional.of(Guardian.start(mark, descriptor));
          return new Link(client, guardian, descriptor, jobBytesMax);
        });
  }

  /** Connects. Nothing outlives this process. */
  static Link plain(Supplier<HeadraceClient> connector, WorkPlan plan) throws SpawnException {
    return whole(
        connector.get(),
        client -> new Link(client, Optional.empty(), NO_DESCRIPTOR, prepare(client, plan)));
  }

  /** Makes a link of a client. */
  private interface Making {
    Link of(HeadraceClient client) throws SpawnException;
  }

  private static Link whole(HeadraceClient client, Making making) throws SpawnException {
    boolean whole = false;
    try {
      var link = making.of(client);
      whole = true;
      return link;
    } finally {
      if (!whole) {
        client.close();
      }
    }
  }

  /** Says where jobs come from and results go to; returns the longest body that is taken. */
  private static int prepare(HeadraceClient client, WorkPlan plan) {
    client.watchOnly(plan.tubes());
    plan.resultTube().ifPresent(client::use);
    return Optional.ofNullable(client.stats().get("max-job-size"))
        .map(Integer::valueOf)
        .orElse(JOB_BYTES_USUAL);
  }

  HeadraceClient client() {
    return client;
  }

  /** Leaves a job that is done to be deleted with the next reserve, in one way there and back. */
  void done(long job) {
    done = OptionalLong.of(job);
  }

  /**
   * Deletes the job that is done, and takes the next one.
   *
   * @param gone is told the id of the one that is done when it was not there any more
   * @param waits is run when nothing is left to be told to the server: a quit loses nothing then
   */
  Taken take(Duration timeout, LongConsumer gone, Runnable waits) {
    var before = done;
    done = OptionalLong.empty();
    if (before.isEmpty()) {
      waits.run();
    }
    return client.take(
        before,
        timeout,
        deleted -> {
          tell(before.getAsLong(), deleted, gone);
          waits.run();
        });
  }

  /** Deletes the one that is done when no reserve will. */
  void settle(LongConsumer gone) {
    if (done.isPresent()) {
      long job = done.getAsLong();
      done = OptionalLong.empty();
      tell(job, client.delete(job), gone);
    }
  }

  private static void tell(long job, boolean deleted, LongConsumer gone) {
    if (!deleted) {
      gone.accept(job);
    }
  }

  /** Whether the server has ended it; while nothing is asked of the server. */
  boolean isLost() {
    return client.isLost();
  }

  /** That of the socket of a guarded one, to be watched while nothing is asked. */
  int descriptor() {
    return descriptor;
  }

  /** The longest body that the server takes, in bytes. */
  int jobBytesMax() {
    return jobBytesMax;
  }

  /** Says {@code quit}: what is held goes back without blame. */
  @Override
  public void close() {
    client.close();
    guardian.ifPresent(Guardian::close);
  }
}
