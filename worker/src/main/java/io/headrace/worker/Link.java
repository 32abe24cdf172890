package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.worker.process.Guardian;
import io.headrace.worker.process.Sockets;
import io.headrace.worker.process.SpawnException;
import java.util.Optional;
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

  private Link(HeadraceClient client, Guardian guardian, int descriptor, int jobBytesMax) {
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
    var client = opened.made();
    boolean whole = false;
    try {
      int jobBytesMax = prepare(client, plan);
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
