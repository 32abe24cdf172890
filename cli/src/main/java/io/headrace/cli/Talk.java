package io.headrace.cli;

import io.headrace.cli.config.Configuration;
import io.headrace.cli.config.ConfigurationLoader;
import io.headrace.cli.config.Settings;
import io.headrace.client.Credentials;
import io.headrace.client.HeadraceClient;
import io.headrace.client.ServerAddress;
import io.headrace.server.Quantity;
import io.headrace.server.UnusableFileException;
import io.headrace.server.tls.TlsContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every verb that talks to a server. */
final class Talk {
  @Mixin private Output output;

  private volatile Runnable beforeEnd = () -> {};

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The server: host:port, tls:host:port or unix:/path. Unless given: HEADRACE_SERVER, the"
              + " configuration, 127.0.0.1:11300.")
  private String server = "";

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = AnyDuration.class,
      description = "How long to wait for the server to connect or to answer (${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration to read.")
  private Optional<Path> config;

  /** Converts what {@link Quantity#duration} takes. */
  static final class AnyDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return converted(Quantity::duration, text);
    }
  }

  /** Converts what the protocol can say. */
  static final class Seconds implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return converted(Quantity::seconds, text);
    }
  }

  private static Duration converted(Function<String, Duration> reader, String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  Output output() {
    return output;
  }

  /** How long to wait for a server. */
  Duration patience() {
    return patience;
  }

  HeadraceClient connect() {
    var configuration = configuration();
    var address = address(configuration);
    return HeadraceClient.connect(address, patience, credentials(configuration, address));
  }

  /**
   * Connects to hold a job. A verb that is told to end says {@code quit} then: a connection that
   * just ends is the death of who had the job, and that is held against the job.
   */
  HeadraceClient connectToHold() {
    var client = connect();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  beforeEnd.run();
                  client.quit();
                }));
    return client;
  }

  /** What is to be done before that. */
  void beforeEnd(Runnable action) {
    beforeEnd = action;
  }

  /** Prints what the server says of one thing. */
  int facts(Function<HeadraceClient, Map<String, String>> asked) {
    try (var client = connect()) {
      output.facts(asked.apply(client));
      return Exit.DONE;
    }
  }

  /** Prints what the server says of many things of a kind. */
  int rows(String whenNone, Function<HeadraceClient, List<Map<String, String>>> asked) {
    try (var client = connect()) {
      output.rows(asked.apply(client), whenNone);
      return Exit.DONE;
    }
  }

  /** Prints what was changed. */
  int result(Function<HeadraceClient, Changed> change) {
    try (var client = connect()) {
      var changed = change.apply(client);
      output.result(changed.text(), changed.value());
      return Exit.DONE;
    }
  }

  /** What was changed, for people and for programs. */
  record Changed(String text, Map<String, ?> value) {}

  /** Where the server is: the flag, or the key {@code server}, or the first place it listens. */
  ServerAddress address() {
    return address(configuration());
  }

  private static ServerAddress address(Configuration configuration) {
    return ServerAddress.parse(configuration.get(Settings.SERVER));
  }

  private Configuration configuration() {
    Map<String, List<String>> flags =
        server.isEmpty() ? Map.of() : Map.of(Settings.SERVER.key(), List.of(server));
    return new ConfigurationLoader(flags, System.getenv(), config).load();
  }

  private static Credentials credentials(Configuration configuration, ServerAddress address) {
    return new Credentials(
        address instanceof ServerAddress.Tls ? tls(configuration) : Optional.empty(),
        configuration.get(Settings.TOKEN));
  }

  /** Whom the verbs trust; nothing leaves that to Java. */
  private static Optional<SSLContext> tls(Configuration configuration) {
    var ca = configuration.get(Settings.TLS_CA);
    var own =
        ServeSecurity.pair(
            configuration, Settings.TLS_CLIENT_CERT, Settings.TLS_CLIENT_KEY, Optional.empty());
    if (ca.isEmpty() && own.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TlsContext.ofClient(ca, own));
    } catch (UnusableFileException e) {
      throw ServeSecurity.failure(configuration, e.setting(), e);
    }
  }
}
