package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.worker.process.Guardian;
import io.headrace.worker.process.Sockets;
import io.headrace.worker.process.SpawnException;
import java.util.List;
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
