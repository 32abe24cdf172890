package io.headrace.cli.config;

import io.headrace.queue.Limits;
import io.headrace.queue.PolicySettings;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.PeerOptions;
import io.headrace.server.Quantity;
import io.headrace.server.ServerOptions;
import io.headrace.server.captures.RecorderOptions;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every key there is: flags, environment, file and {@code config show} all come from this table.
 */
public final class Settings {
  /** What {@code data} says when nothing is to be kept on disk. */
  public static final String NO_DATA = "none";

  /** What {@code admin-listen} says when metrics are told to nobody. */
  public static final String NO_ADMIN = "none";

  private static final long JOB_BYTES_MAX = 1L << 30;
  private static final long SEGMENT_BYTES_MIN = 1L << 20;
  private static final long SEGMENT_BYTES_MAX = 1L << 30;
  private static final long MEMORY_BYTES_MIN = 16L << 20;
  private static final long RECORDER_BYTES_MIN = 64L << 10;
  private static final long CAPTURES_BYTES_MIN = 1L << 20;
  private static final int CONNECTIONS_LIMIT = 1_000_000;
  private static final int DEATHS_LIMIT = 1_000_000_000;
  private static final List<String> EVERY_ADDRESS = List.of("", "0.0.0.0", "::");

  public static final Setting<String> SERVER =
      one(
          "server",
          "ADDRESS",
          "Where the verbs find the server: host:port, tls:host:port or unix:/path. Unless set,"
              + " the first of 'listen'.",
          configuration -> reachable(configuration.get(Settings.LISTEN)),
          Readers::present);

  public static final Setting<String> LISTEN =
      new Setting<>(
          "listen",
          "ADDRESS",
          "Where the server listens: host:port, [ipv6]:port, :port for every address, each with"
              + " tls: before it for TLS, or unix:/path. Several are allowed.",
          true,
          _ -> "127.0.0.1:11300",
          Readers::present);

  public static final Setting<Optional<Path>> DATA =
      one(
          "data",
          "DIRECTORY",
          "Where jobs are kept. 'none' keeps them in memory only: they end with the server.",
          _ -> DataDirectory.fallback(System.getenv()).toString(),
          Readers::data);

  public static final Setting<Durable> DURABILITY =
      one(
          "durability",
          "WHEN",
          "When a change is acknowledged. fsync: when it is on the disk. interval:50ms: when it is"
              + " written, and it is on the disk at most that much later. never: when it is"
              + " written. none: nothing is kept on disk, as with data = none.",
          _ -> "fsync",
          Durable::parse);

  public static final Setting<Long> SEGMENT_SIZE =
      one(
          "segment-size",
          "SIZE",
          "Size of one file of the journal, 1MiB to 1GiB.",
          _ -> "16MiB",
          Readers.size(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX));

  public static final Setting<Long> MAX_JOB_SIZE =
      one(
          "max-job-size",
          "SIZE",
          "Largest body of a job, up to 1GiB. Unless set, that of beanstalkd.",
          _ -> "65535",
          Readers.size(1, JOB_BYTES_MAX));

  public static final Setting<Long> MEMORY_MAX =
      one(
          "memory-max",
          "SIZE",
          "Most memory for bodies. Beyond it they are only in the journal until their turn comes;"
              + " without a journal puts are answered OUT_OF_MEMORY. Unless set, three tenths of"
              + " the memory of this machine or container.",
          _ -> Quantity.text(memoryDefault()),
          Readers.size(MEMORY_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Integer> JOBS_MAX =
      one(
          "jobs-max",
          "COUNT",
          "Most jobs at a time. At the limit puts are answered OUT_OF_MEMORY. Unless set, what"
              + " seven tenths of the Java heap have room for.",
          _ -> Integer.toString(ServerOptions.defaultJobsMax()),
          Readers.count(Limits.JOBS_MAX));

  public static final Setting<Integer> KEYS_MAX =
      one(
          "keys-max",
          "COUNT",
          "Most keys of puts that are remembered. At the limit puts with another key are answered"
              + " OUT_OF_MEMORY; no key is forgotten before its time. Unless set, 1000000, or what"
              + " a sixteenth of the Java heap has room for.",
          _ -> Integer.toString(KeyOptions.defaultMax()),
          Readers.count(Limits.KEYS_MAX));

  public static final Setting<Duration> KEY_WINDOW =
      one(
          "key-window",
          "TIME",
          "How long the key of a put is remembered, so that a retry puts no second job, 1s to 7d.",
          _ -> Quantity.text(KeyOptions.WINDOW_DEFAULT),
          Readers::keyWindow);

  public static final Setting<Integer> CONNECTIONS_MAX =
      one(
          "connections-max",
          "COUNT",
          "Most connections at a time; further peers are answered OUT_OF_MEMORY and closed. Unless"
              + " set, what the limit of open files allows.",
          _ -> Integer.toString(ConnectionOptions.usual().max()),
          Readers.count(CONNECTIONS_LIMIT));

  public static final Setting<Integer> CONNECTIONS_MAX_PER_ADDRESS =
      one(
          "connections-max-per-address",
          "COUNT",
          "Most connections of one address, or of one IPv6 network of 64 bits; further ones are"
              + " answered OUT_OF_MEMORY and closed. Unless set, connections-max: no limit of its"
              + " own.",
          configuration -> Integer.toString(configuration.get(Settings.CONNECTIONS_MAX)),
          Readers.count(CONNECTIONS_LIMIT));

  public static final Setting<Integer> CONNECTIONS_MAX_PER_LISTENER =
      one(
          "connections-max-per-listener",
          "COUNT",
          "Most connections that come in by one listen address; further ones are answered"
              + " OUT_OF_MEMORY and closed. Unless set, connections-max: no limit of its own.",
          configuration -> Integer.toString(configuration.get(Settings.CONNECTIONS_MAX)),
          Readers.count(CONNECTIONS_LIMIT));

  public static final Setting<Optional<Duration>> PEER_TIMEOUT =
      one(
          "peer-timeout",
          "TIME",
          "How long the network may be silent about a peer before its connection is given up and"
              + " its jobs come back, 5s to 1h. 'none' leaves that to the kernel, which may take"
              + " hours.",
          _ -> Quantity.text(PeerOptions.PEER_TIMEOUT),
          Readers.patience(PeerOptions.PEER_TIMEOUT_MIN));

  public static final Setting<Optional<Duration>> COMMAND_TIMEOUT =
      one(
          "command-timeout",
          "TIME",
          "How long a command that was begun may take to be complete, and a second more for each"
              + " KiB of its body, 1s to 1h. Beyond it the connection is closed. 'none' waits for"
              + " ever.",
          _ -> Quantity.text(PeerOptions.COMMAND_TIMEOUT),
          Readers.patience(Duration.ofSeconds(1)));

  public static final Setting<Optional<Duration>> SEND_TIMEOUT =
      one(
          "send-timeout",
          "TIME",
          "How long a peer may read nothing of replies that wait for it, 1s to 1h. Beyond it the"
              + " connection is closed. 'none' waits for ever; over TCP never longer than"
              + " peer-timeout.",
          _ -> Quantity.text(PeerOptions.SEND_TIMEOUT),
          Readers.patience(Duration.ofSeconds(1)));

  public static final Setting<Long> INPUT_MAX =
      one(
          "input-max",
          "SIZE",
          "Most memory for what all connections together have sent ahead of its turn, at least"
              + " 1MiB. Beyond it what they send stays in the kernel. Unless set, a sixteenth of"
              + " the Java heap.",
          _ -> Quantity.text(PeerOptions.defaultInputBytesMax() >> 20 << 20),
          Readers.size(PeerOptions.INPUT_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Duration> DRAIN_TIMEOUT =
      one(
          "drain-timeout",
          "TIME",
          "How long jobs that are held may take to be done when the server is told to stop, 0s to"
              + " 1h. It stops as soon as none is held.",
          _ -> "8s",
          Readers::drainTime);

  public static final Setting<PolicySettings> POLICY =
      one(
          "policy",
          "POLICIES",
          "What holds for tubes that say nothing else, as 'headrace tube set' takes it:"
              + " \"max-attempts=5 retry-delay=1s..5m\". max-deaths=0 is beanstalkd's behaviour: a"
              + " job that kills its workers is handed out for ever. 'none' says nothing either.",
          _ -> Readers.NONE,
          Readers::policy);

  public static final Setting<Optional<String>> ON_EVENT =
      one(
          "on-event",
          "COMMAND",
          "What /bin/sh runs for each event, with a line of JSON on stdin, for 10 s at most: a job"
              + " that kills its workers, a disk that fills, a restart. docs/events.md names them"
              + " all. 'none' runs nothing.",
          _ -> Readers.NONE,
          Readers::command);

  public static final Setting<Optional<URI>> ON_EVENT_URL =
      one(
          "on-event-url",
          "URL",
          "Where the JSON of each event is posted to: http://... or https://... 'none' posts"
              + " nothing.",
          _ -> Readers.NONE,
          Readers::url);

  public static final Setting<Integer> ON_EVENT_RATE =
      one(
          "on-event-rate",
          "COUNT",
          "How many jobs a minute may expire or become dead letters before that is an event of its"
              + " own.",
          _ -> Integer.toString(EventOptions.DEATHS_PER_MINUTE),
          Readers.count(DEATHS_LIMIT));

  public static final Setting<Optional<Duration>> ON_EVENT_AGE =
      one(
          "on-event-age",
          "TIME",
          "How long the next job of a tube may be ready before that is an event. 'none' waits for"
              + " ever.",
          _ -> Readers.NONE,
          Readers::age);

  public static final Setting<Optional<ListenAddress.Tcp>> ADMIN_LISTEN =
      one(
          "admin-listen",
          "ADDRESS",
          "Where /metrics and /healthz are answered by HTTP, to whoever asks: host:port. 'none'"
              + " turns them off.",
          _ -> "127.0.0.1:11380",
          Readers::admin);

  public static final Setting<Integer> RECORDER =
      one(
          "recorder",
          "SIZE",
          "How many of the last bytes of each connection are remembered, each way, so that they"
              + " can be looked at when something goes wrong: 256 to 64KiB. 'none' remembers"
              + " nothing.",
          _ -> Quantity.text(RecorderOptions.BYTES_DEFAULT),
          Readers::recorder);

  public static final Setting<Long> RECORDER_MAX =
      one(
          "recorder-max",
          "SIZE",
          "Most memory for that, over all connections. Beyond it less is remembered. Unless set, a"
              + " sixteenth of the Java heap, at most 64MiB.",
          _ -> Quantity.text(RecorderOptions.defaultTotalBytes()),
          Readers.size(RECORDER_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Integer> CAPTURES_MAX =
      one(
          "captures-max",
          "COUNT",
          "How many captures are kept: what was remembered of a connection on which something went"
              + " wrong. Beyond it the oldest go.",
          _ -> Integer.toString(RecorderOptions.CAPTURES_DEFAULT),
          Readers.count(RecorderOptions.CAPTURES_LIMIT));

  public static final Setting<Long> CAPTURES_SIZE =
      one(
          "captures-size",
          "SIZE",
          "What all captures may take, in memory and in the data directory.",
          _ -> Quantity.text(RecorderOptions.CAPTURES_BYTES_DEFAULT),
          Readers.size(CAPTURES_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Duration> CAPTURES_AGE =
      one(
          "captures-age",
          "TIME",
          "How long a capture is kept.",
          _ -> Quantity.text(RecorderOptions.KEEP_DEFAULT),
          Readers::keep);

  public static final Setting<Boolean> PLAIN_ANYWHERE =
      one(
          "plain-anywhere",
          "true|false",
          "Whether the server may listen beyond this machine without TLS, to whoever comes and for"
              + " all to read.",
          _ -> "false",
          Readers::truth);

  public static final Setting<Optional<Path>> TLS_CERT =
      file(
          "tls-cert",
          "The certificate that is shown at addresses with tls:, PEM, and behind it those that lead"
              + " to the authority. Like the files below it is read again when it changes.");

  public static final Setting<Optional<Path>> TLS_KEY =
      file("tls-key", "The key of that certificate, PEM, in PKCS #8 and without a password.");

  public static final Setting<Optional<Path>> TLS_CLIENT_CA =
      file(
          "tls-client-ca",
          "The authority, PEM, that must have signed the certificates of clients. 'none' asks"
              + " clients for no certificate.");

  public static final Setting<Optional<Path>> TOKENS =
      file(
          "tokens",
          "A line for each token and what it allows, as 'headrace token make' prints it. 'none'"
              + " asks for no token.");

  public static final Setting<Optional<Path>> TLS_CA =
      file(
          "tls-ca",
          "The authority, PEM, that must have signed the server's certificate. 'none' trusts those"
              + " that Java trusts.");

  public static final Setting<Optional<Path>> TLS_CLIENT_CERT =
      file("tls-client-cert", "The certificate that verbs show to the server, PEM.");

  public static final Setting<Optional<Path>> TLS_CLIENT_KEY =
      file("tls-client-key", "The key of that certificate, PEM, in PKCS #8.");

  public static final Setting<Optional<String>> TOKEN =
      one(
          "token",
          "FILE",
          "A file that holds the token that verbs show to the server, or the token itself, for the"
              + " environment.",
          _ -> Readers.NONE,
          Readers::token);

  /** In the order in which they are shown. */
  public static final List<Setting<?>> ALL =
      List.of(
          LISTEN,
          DATA,
          DURABILITY,
          SEGMENT_SIZE,
          MAX_JOB_SIZE,
          MEMORY_MAX,
          JOBS_MAX,
          KEYS_MAX,
          KEY_WINDOW,
          CONNECTIONS_MAX,
          CONNECTIONS_MAX_PER_ADDRESS,
          CONNECTIONS_MAX_PER_LISTENER,
          PEER_TIMEOUT,
          COMMAND_TIMEOUT,
          SEND_TIMEOUT,
          INPUT_MAX,
          DRAIN_TIMEOUT,
          POLICY,
          ON_EVENT,
          ON_EVENT_URL,
          ON_EVENT_RATE,
          ON_EVENT_AGE,
          RECORDER,
          RECORDER_MAX,
          CAPTURES_MAX,
          CAPTURES_SIZE,
          CAPTURES_AGE,
          ADMIN_LISTEN,
          PLAIN_ANYWHERE,
          TLS_CERT,
          TLS_KEY,
          TLS_CLIENT_CA,
          TOKENS,
          SERVER,
          TLS_CA,
          TLS_CLIENT_CERT,
          TLS_CLIENT_KEY,
          TOKEN);

  private Settings() {}

  private static <T> Setting<T> one(
      String key,
      String label,
      String description,
      Function<Configuration, String> fallback,
      Function<String, T> reader) {
    return new Setting<>(key, label, description, false, fallback, reader);
  }

  private static Setting<Optional<Path>> file(String key, String description) {
    return one(key, "FILE", description, _ -> Readers.NONE, Readers::path);
  }

  /** Who listens on every address is reached on this machine's own. */
  private static String reachable(String listen) {
    try {
      return switch (ListenAddress.parse(listen)) {
        case ListenAddress.Tcp tcp -> reachable(tcp).toString();
        case ListenAddress.Tls(var tcp) -> new ListenAddress.Tls(reachable(tcp)).toString();
        case ListenAddress one -> one.toString();
      };
    } catch (ListenException e) {
      return listen; // Whoever uses it says what is wrong with it.
    }
  }

  private static ListenAddress.Tcp reachable(ListenAddress.Tcp tcp) {
    return EVERY_ADDRESS.contains(tcp.host())
        ? new ListenAddress.Tcp("127.0.0.1", tcp.port())
        : tcp;
  }

  /**
   * Three tenths of what there is: the JVM knows the limit of a container as well as a machine's.
   */
  public static long memoryDefault() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long total =
        system instanceof com.sun.management.OperatingSystemMXBean machine
            ? machine.getTotalMemorySize()
            : Runtime.getRuntime().maxMemory() * 4;
    return Math.max(MEMORY_BYTES_MIN, ((total / 10 * 3) >> 20) << 20);
  }
}
