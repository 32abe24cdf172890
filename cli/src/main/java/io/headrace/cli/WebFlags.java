package io.headrace.cli;

import io.headrace.http.Deadlines;
import io.headrace.http.Sizes;
import io.headrace.server.Quantity;
import io.headrace.server.UnusableFileException;
import io.headrace.server.tls.TlsContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a web request is made. */
final class WebFlags {
  @Mixin private DeadlineFlags deadlines;

  @Option(
      names = "--body-max",
      paramLabel = "SIZE",
      description = "Largest body of a response that is read (64MiB).")
  private Optional<String> bodyMax = Optional.empty();

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "PEM: who must have signed the web servers' certificates. Unless given, whom Java"
              + " trusts.")
  private Optional<Path> ca = Optional.empty();

  Deadlines deadlines() {
    return deadlines.deadlines();
  }

  Sizes sizes() {
    try {
      return bodyMax
          .map(text -> Sizes.defaults().withBodyBytesMax(Quantity.bytes(text)))
          .orElse(Sizes.defaults());
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--body-max: " + e.getMessage(), e);
    }
  }

  Optional<SSLContext> trust() {
    try {
      return ca.isEmpty()
          ? Optional.empty()
          : Optional.of(TlsContext.ofClient(ca, Optional.empty()));
    } catch (UnusableFileException e) {
      throw new Failure(Exit.USAGE, "--tls-ca: " + e.getMessage(), e);
    }
  }

  /** Those that were given, by name. */
  List<String> given() {
    var given = new ArrayList<>(deadlines.names());
    bodyMax.ifPresent(_ -> given.add("--body-max"));
    ca.ifPresent(_ -> given.add("--tls-ca"));
    return given;
  }
}
