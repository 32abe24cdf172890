package io.headrace.cli.config;

import io.headrace.queue.Limits;
import io.headrace.queue.PolicySettings;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.PeerOptions;
import io.headrace.server.PolicyText;
import io.headrace.server.Quantity;
import io.headrace.server.ServerOptions;
import io.headrace.server.captures.RecorderOptions;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
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
  private static final int ADMIN_PORT = 11_380;
  private static final int CONNECTIONS_LIMIT = 1_000_000;
  private static final int DEATHS_LIMIT = 1_000_000_000;
  private static final String NO_POLICY = "none";
  private static final String NO_EVENTS = "none";
  private static final String FOR_EVER = "none";
  private static final Duration TIME_MAX = Duration.ofHours(1);
  private static final String NO_RECORDER = "none";
  private static final List<String> EVERY_ADDRESS = List.of("", "0.0.0.0", "::");

  public static final Setting<String> SERVER =
      one(
          "server",
          "ADDRESS",
          "Where the verbs find the server: host:port or unix:/path. Unless set, the first of"
              + " 'listen'.",
          configuration -> reachable(configuration.get(Settings.LISTEN)),
          Settings::present);

  public static final Setting<String> LISTEN =
      new Setting<>(
          "listen",
          "ADDRESS",
          "Where the server listens: host:port, [ipv6]:port, :port for every address, or"
              + " unix:/path. Several are allowed.",
          true,
          _ -> "127.0.0.1:11300",
          Settings::present);

  public static final Setting<Optional<Path>> DATA =
      one(
          "data",
          "DIRECTORY",
          "Where jobs are kept. 'none' keeps them in memory only: they end with the server.",
          _ -> DataDirectory.fallback(System.getenv()).toString(),
          Settings::data);

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
          size(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX));

  public static final Setting<Long> MAX_JOB_SIZE =
      one(
          "max-job-size",
          "SIZE",
          "Largest body of a job, up to 1GiB. Unless set, that of beanstalkd.",
          _ -> "65535",
          size(1, JOB_BYTES_MAX));

  public static final Setting<Long> MEMORY_MAX =
      one(
          "memory-max",
          "SIZE",
          "Most memory for bodies. Beyond it they are only in the journal until their turn comes;"
              + " without a journal puts are answered OUT_OF_MEMORY. Unless set, three tenths of"
              + " the memory of this machine or container.",
          _ -> Quantity.text(memoryDefault()),
          size(MEMORY_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Integer> JOBS_MAX =
      one(
          "jobs-max",
          "COUNT",
          "Most jobs at a time. At the limit puts are answered OUT_OF_MEMORY. Unless set, what"
              + " seven tenths of the Java heap have room for.",
          _ -> Integer.toString(ServerOptions.defaultJobsMax()),
          count(Limits.JOBS_MAX));

  public static final Setting<Integer> CONNECTIONS_MAX =
      one(
          "connections-max",
          "COUNT",
          "Most connections at a time; further peers are answered OUT_OF_MEMORY and closed. Unless"
              + " set, what the limit of open files allows.",
          _ -> Integer.toString(ConnectionOptions.usual().max()),
          count(CONNECTIONS_LIMIT));

  public static final Setting<Integer> CONNECTIONS_MAX_PER_ADDRESS =
      one(
          "connections-max-per-address",
          "COUNT",
          "Most connections of one address, or of one IPv6 network of 64 bits; further ones are"
              + " answered OUT_OF_MEMORY and closed. Unless set, connections-max: no limit of its"
              + " own.",
          configuration -> Integer.toString(configuration.get(Settings.CONNECTIONS_MAX)),
          count(CONNECTIONS_LIMIT));

  public static final Setting<Optional<Duration>> PEER_TIMEOUT =
      one(
          "peer-timeout",
          "TIME",
          "How long the network may be silent about a peer before its connection is given up and"
              + " its jobs come back, 5s to 1h. 'none' leaves that to the kernel, which may take"
              + " hours.",
          _ -> Quantity.text(PeerOptions.PEER_TIMEOUT),
          patience(PeerOptions.PEER_TIMEOUT_MIN));

  public static final Setting<Optional<Duration>> COMMAND_TIMEOUT =
      one(
          "command-timeout",
          "TIME",
          "How long a command that was begun may take to be complete, and a second more for each"
              + " KiB of its body, 1s to 1h. Beyond it the connection is closed. 'none' waits for"
              + " ever.",
          _ -> Quantity.text(PeerOptions.COMMAND_TIMEOUT),
          patience(Duration.ofSeconds(1)));

  public static final Setting<Optional<Duration>> SEND_TIMEOUT =
      one(
          "send-timeout",
          "TIME",
          "How long a peer may read nothing of replies that wait for it, 1s to 1h. Beyond it the"
              + " connection is closed. 'none' waits for ever; over TCP never longer than"
              + " peer-timeout.",
          _ -> Quantity.text(PeerOptions.SEND_TIMEOUT),
          patience(Duration.ofSeconds(1)));

  public static final Setting<Long> INPUT_MAX =
      one(
          "input-max",
          "SIZE",
          "Most memory for what all connections together have sent ahead of its turn, at least"
              + " 1MiB. Beyond it what they send stays in the kernel. Unless set, a sixteenth of"
              + " the Java heap.",
          _ -> Quantity.text(PeerOptions.defaultInputBytesMax() >> 20 << 20),
          size(PeerOptions.INPUT_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Duration> DRAIN_TIMEOUT =
      one(
          "drain-timeout",
          "TIME",
          "How long jobs that are held may take to be done when the server is told to stop, 0s to"
              + " 1h. It stops as soon as none is held.",
          _ -> "8s",
          Settings::drainTime);

  public static final Setting<PolicySettings> POLICY =
      one(
          "policy",
          "POLICIES",
          "What holds for tubes that say nothing else, as 'headrace tube set' takes it:"
              + " \"max-attempts=5 retry-delay=1s..5m\". max-deaths=0 is beanstalkd's behaviour: a"
              + " job that kills its workers is handed out for ever. 'none' says nothing either.",
          _ -> NO_POLICY,
          Settings::policy);

  public static final Setting<Optional<String>> ON_EVENT =
      one(
          "on-event",
          "COMMAND",
          "What /bin/sh runs for each event, with a line of JSON on stdin, for 10 s at most: a job"
              + " that kills its workers, a disk that fills, a restart. docs/events.md names them"
              + " all. 'none' runs nothing.",
          _ -> NO_EVENTS,
          Settings::command);

  public static final Setting<Optional<URI>> ON_EVENT_URL =
      one(
          "on-event-url",
          "URL",
          "Where the JSON of each event is posted to: http://... or https://... 'none' posts"
              + " nothing.",
          _ -> NO_EVENTS,
          Settings::url);

  public static final Setting<Integer> ON_EVENT_RATE =
      one(
          "on-event-rate",
          "COUNT",
          "How many jobs a minute may expire or become dead letters before that is an event of its"
              + " own.",
          _ -> Integer.toString(EventOptions.DEATHS_PER_MINUTE),
          count(DEATHS_LIMIT));

  public static final Setting<Optional<Duration>> ON_EVENT_AGE =
      one(
          "on-event-age",
          "TIME",
          "How long the next job of a tube may be ready before that is an event. 'none' waits for"
              + " ever.",
          _ -> NO_EVENTS,
          Settings::age);

  public static final Setting<Optional<ListenAddress.Tcp>> ADMIN_LISTEN =
      one(
          "admin-listen",
          "ADDRESS",
          "Where /metrics and /healthz are answered by HTTP, to whoever asks: host:port. 'none'"
              + " turns them off.",
          _ -> "127.0.0.1:11380",
          Settings::admin);

  public static final Setting<Integer> RECORDER =
      one(
          "recorder",
          "SIZE",
          "How many of the last bytes of each connection are remembered, each way, so that they"
              + " can be looked at when something goes wrong: 256 to 64KiB. 'none' remembers"
              + " nothing.",
          _ -> Quantity.text(RecorderOptions.BYTES_DEFAULT),
          Settings::recorder);

  public static final Setting<Long> RECORDER_MAX =
      one(
          "recorder-max",
          "SIZE",
          "Most memory for that, over all connections. Beyond it less is remembered. Unless set, a"
              + " sixteenth of the Java heap, at most 64MiB.",
          _ -> Quantity.text(RecorderOptions.defaultTotalBytes()),
          size(RECORDER_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Integer> CAPTURES_MAX =
      one(
          "captures-max",
          "COUNT",
          "How many captures are kept: what was remembered of a connection on which something went"
              + " wrong. Beyond it the oldest go.",
          _ -> Integer.toString(RecorderOptions.CAPTURES_DEFAULT),
          count(RecorderOptions.CAPTURES_LIMIT));

  public static final Setting<Long> CAPTURES_SIZE =
      one(
          "captures-size",
          "SIZE",
          "What all captures may take, in memory and in the data directory.",
          _ -> Quantity.text(RecorderOptions.CAPTURES_BYTES_DEFAULT),
          size(CAPTURES_BYTES_MIN, Long.MAX_VALUE));

  public static final Setting<Duration> CAPTURES_AGE =
      one(
          "captures-age",
          "TIME",
          "How long a capture is kept.",
          _ -> Quantity.text(RecorderOptions.KEEP_DEFAULT),
          Settings::keep);

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
          CONNECTIONS_MAX,
          CONNECTIONS_MAX_PER_ADDRESS,
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
          SERVER);

  private Settings() {}

  private static <T> Setting<T> one(
      String key,
      String label,
      String description,
      Function<Configuration, String> fallback,
      Function<String, T> reader) {
    return new Setting<>(key, label, description, false, fallback, reader);
  }

  /** Who listens on every address is reached on this machine's own. */
  private static String reachable(String listen) {
    try {
      return switch (ListenAddress.parse(listen)) {
        case ListenAddress.Tcp(var host, var port) when EVERY_ADDRESS.contains(host) ->
            new ListenAddress.Tcp("127.0.0.1", port).toString();
        case ListenAddress one -> one.toString();
      };
    } catch (ListenException e) {
      return listen; // Whoever uses it says what is wrong with it.
    }
  }

  private static PolicySettings policy(String words) {
    if (words.isBlank()) {
      throw new IllegalArgumentException("the policies are missing; write key=value..., or 'none'");
    }
    return words.strip().equals(NO_POLICY) ? PolicySettings.NONE : PolicyText.parse(words).set();
  }

  private static String present(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("an address is missing; write host:port or unix:/path");
    }
    return text.strip();
  }

  private static Optional<Path> data(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the directory is missing; write a path, or 'none'");
    }
    return text.equals(NO_DATA) ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
  }

  private static Optional<String> command(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the command is missing; write one, or 'none'");
    }
    return text.equals(NO_EVENTS) ? Optional.empty() : Optional.of(text);
  }

  /** A time from {@code min} to an hour, or none. */
  private static Function<String, Optional<Duration>> patience(Duration min) {
    return text -> text.strip().equals(FOR_EVER) ? Optional.empty() : Optional.of(time(text, min));
  }

  private static Duration drainTime(String text) {
    return time(text, Duration.ZERO);
  }

  private static Duration time(String text, Duration min) {
    Duration time = Quantity.duration(text);
    if (time.compareTo(min) < 0 || time.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is out of range: "
              + Quantity.text(min)
              + " to "
              + Quantity.text(TIME_MAX));
    }
    return time;
  }

  private static Optional<Duration> age(String text) {
    if (text.equals(NO_EVENTS)) {
      return Optional.empty();
    }
    var age = Quantity.duration(text);
    if (age.isZero()) {
      throw new IllegalArgumentException("every job waits for that long; write 5m, or 'none'");
    }
    return Optional.of(age);
  }

  private static int recorder(String text) {
    return text.strip().equals(NO_RECORDER)
        ? 0
        : size(RecorderOptions.BYTES_MIN, RecorderOptions.BYTES_MAX).apply(text).intValue();
  }

  private static Duration keep(String text) {
    var age = Quantity.duration(text);
    if (age.isZero()) {
      throw new IllegalArgumentException("a capture is kept for a while; write 1h or 7d");
    }
    return age;
  }

  private static Optional<URI> url(String text) {
    if (text.equals(NO_EVENTS)) {
      return Optional.empty();
    }
    try {
      var url = new URI(text);
      boolean http = List.of("http", "https").contains(String.valueOf(url.getScheme()));
      if (http && url.getHost() != null && url.getUserInfo() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("it is no URL: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is no URL to post to; write http://host/path or https://host/path, without"
            + " user and password, or 'none'");
  }

  private static Optional<ListenAddress.Tcp> admin(String text) {
    if (text.strip().equals(NO_ADMIN)) {
      return Optional.empty();
    }
    try {
      if (ListenAddress.parse(text.strip(), ADMIN_PORT) instanceof ListenAddress.Tcp tcp) {
        return Optional.of(tcp);
      }
    } catch (ListenException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no TCP address; write host:port, [ipv6]:port, :port or none");
  }

  private static Function<String, Long> size(long min, long max) {
    return text -> {
      long bytes = Quantity.bytes(text);
      if (bytes < min || bytes > max) {
        var most = max == Long.MAX_VALUE ? "" : ", at most " + Quantity.text(max);
        throw new IllegalArgumentException(
            "'" + text + "' is out of range: at least " + Quantity.text(min) + most);
      }
      return bytes;
    };
  }

  private static Function<String, Integer> count(int max) {
    return text -> {
      if (!text.matches("\\d{1,10}") || Long.parseLong(text) < 1 || Long.parseLong(text) > max) {
        throw new IllegalArgumentException("'" + text + "' is no number from 1 to " + max);
      }
      return Integer.parseInt(text);
    };
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
