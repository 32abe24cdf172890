package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.client.Taken;
import io.headrace.worker.process.Guardian;
import io.headrace.worker.process.Sockets;
import io.headrace.worker.process.SpawnException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A slot's connection to the server, and the guardian that keeps it open until no process of its
 * scripts is left.
 */
final class Link implements AutoCloseable {
  private static final int JOB_BYTES_USUAL = 65_535;

  private final HeadraceClient client;
  private final Guardian guardian;
  private final int descriptor;
  private final int jobBytesMax;
  private OptionalLong done = OptionalLong.empty();

  private Link(HeadraceClient client, Guardian guardian, int descriptor, int jobBytesMax) {
    this.client = client;
    this.guardian = guardian;
    this.descriptor = descriptor;
    this.jobBytesMax = jobBytesMax;
  }

  static Link open(
      Supplier<HeadraceClient> connector,
      String mark,
      List<String> tubes,
      Optional<String> resultTube)
      throws SpawnException {
    var opened = Sockets.opening(connector);
    var client = opened.made();
    boolean whole = false;
    try {
      client.watchOnly(tubes);
      resultTube.ifPresent(client::use);
      int jobBytesMax =
          Optional.ofNullable(client.stats().get("max-job-size"))
              .map(Integer::valueOf)
              .orElse(JOB_BYTES_USUAL);
      int descriptor =
          opened
              .descriptor()
              .orElseThrow(() -> new SpawnException("the connection has no descriptor to guard"));
      var link = new Link(client, Guardian.start(mark, descriptor), descriptor, jobBytesMax);
      whole = true;
      return link;
    } finally {
      if (!whole) {
        client.close();
      }
    }
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

  /** That of the socket, to be watched while nothing is asked. */
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
    guardian.close();
  }
}
