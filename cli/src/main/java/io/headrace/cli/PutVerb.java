package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.UnexpectedReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace put}. */
@Command(
    name = "put",
    description = "Puts a job, or one a line, and prints its id.",
    footer = {
      "",
      "Examples:",
      "  headrace put --tube mail --delay 5s 'to: ada'",
      "  headrace put --tube mail --key order-17 'to: ada'",
      "  seq 1000 | headrace put --tube numbers --lines"
    })
final class PutVerb implements Callable<Integer> {
  /** Largest body that is read: the most that any server takes. */
  private static final int BODY_BYTES_MAX = 1 << 30;

  @Mixin private Talk talk;

  @Option(
      names = {"-t", "--tube"},
      paramLabel = "TUBE",
      defaultValue = "default",
      description = "The tube that the job goes to (${DEFAULT-VALUE}).")
  private String tube;

  @Option(
      names = {"-p", "--pri"},
      paramLabel = "N",
      defaultValue = "1024",
      description = "Priority: 0 is the most urgent, 4294967295 the least (${DEFAULT-VALUE}).")
  private long priority;

  @Option(
      names = {"-d", "--delay"},
      paramLabel = "TIME",
      defaultValue = "0",
      converter = Talk.Seconds.class,
      description = "Time before it becomes ready: 5s, 2m, 1h (${DEFAULT-VALUE}).")
  private Duration delay;

  @Option(
      names = "--ttr",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = Talk.Seconds.class,
      description = "Time to run: how long a worker may hold it (${DEFAULT-VALUE}).")
  private Duration ttr;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Put it once: when this key was put into the tube lately (key-window), print the id from"
              + " then. 1 to 64 letters, digits and -_.:+/=@.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file that is the body.")
  private Optional<Path> file;

  @Option(names = "--lines", description = "Put one job a line of stdin or of the file.")
  private boolean lines;

  @Parameters(
      arity = "0..1",
      paramLabel = "BODY",
      description = "The body; '-' or nothing at all reads it from stdin.")
  private Optional<String> body;

  @Override
  public Integer call() {
    if (body.isPresent() && (file.isPresent() || lines)) {
      throw new Failure(
          Exit.USAGE, "give one of BODY, --file and --lines; BODY is '" + body.get() + "'");
    }
    if (key.isPresent() && lines) {
      throw new Failure(Exit.USAGE, "--key is for one job, and --lines for many: give one of them");
    }
    var options = new JobOptions(priority, delay, ttr);
    return lines ? putLines(options) : putOne(options);
  }

  private int putOne(JobOptions options) {
    var bytes = bytes();
    try (var client = talk.connect()) {
      client.use(tube);
      return switch (put(client, bytes, options)) {
        case PutResult.Inserted(var job) -> {
          talk.output().result(Long.toString(job), Map.of("id", job, "tube", tube));
          yield Exit.DONE;
        }
        case PutResult.Known(var job) -> {
          talk.output().result(Long.toString(job), Map.of("id", job, "tube", tube, "known", true));
          yield Exit.DONE;
        }
        case PutResult.Refused(var reason) ->
            throw new Failure(Exit.NO, "not put: " + why(client, reason, bytes.length));
      };
    }
  }

  private PutResult put(HeadraceClient client, byte[] bytes, JobOptions options) {
    if (key.isEmpty()) {
      return client.put(bytes, options);
    }
    try {
      return client.put(bytes, options, key.get());
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      throw new Failure(
          Exit.NO,
          "not put: this server is not a Headrace, or an old one, and remembers no keys; without"
              + " --key it takes the job, and a retry may put a second one",
          e);
    }
  }

  private byte[] bytes() {
    if (body.isPresent() && !body.get().equals("-")) {
      return body.get().getBytes(StandardCharsets.UTF_8);
    }
    if (file.isEmpty() && body.isEmpty() && Output.isTerminal()) {
      throw new Failure(Exit.USAGE, "no body: give it as BODY, with --file, or on stdin");
    }
    try (var in = file.isPresent() ? Files.newInputStream(file.get()) : System.in) {
      var bytes = in.readNBytes(BODY_BYTES_MAX);
      if (bytes.length == BODY_BYTES_MAX && in.read() >= 0) {
        throw new Failure(Exit.NO, source() + " is larger than any job may be (1GiB)");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private int putLines(JobOptions options) {
    try (var in = file.isPresent() ? Files.newInputStream(file.get()) : System.in;
        var client = talk.connect()) {
      client.use(tube);
      var tally = new Tally();
      client.putAll(new Lines(in, source()), options, tally::take);
      talk.output().flush();
      if (tally.refused > 0) {
        throw new Failure(
            Exit.NO,
            source()
                + " line "
                + tally.firstRefused
                + ": not put: "
                + why(client, tally.reason, -1)
                + ". "
                + tally.put
                + " jobs were put, "
                + tally.refused
                + " refused, the rest was not sent");
      }
      return Exit.DONE;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Counts the results of many puts, and prints the ids. */
  private final class Tally {
    private long put;
    private long refused;
    private long firstRefused;
    private PutResult.Reason reason = PutResult.Reason.OUT_OF_MEMORY;

    void take(PutResult result) {
      switch (result) {
        case PutResult.Inserted(var job) -> {
          put++;
          talk.output().item(Long.toString(job), Map.of("id", job, "tube", tube));
        }
        case PutResult.Known _ -> throw new AssertionError("no line has a key");
        case PutResult.Refused(var why) -> {
          refused++;
          if (refused == 1) {
            firstRefused = put + 1;
            reason = why;
          }
        }
      }
    }
  }

  private static String why(HeadraceClient client, PutResult.Reason reason, int bytes) {
    return switch (reason) {
      case JOB_TOO_BIG ->
          (bytes < 0 ? "it" : "the body of " + bytes + " bytes")
              + " is larger than the server's max-job-size of "
              + maxJobSize(client)
              + "; raise that where the server is started";
      case DRAINING ->
          "the server drains, so that it takes no new jobs; 'headrace server drain --off' ends it";
      case OUT_OF_MEMORY ->
          "the server has no room; take jobs out, or raise its memory-max or the disk it is on";
    };
  }

  /** Not everybody may see the statistics of a server with tokens. */
  private static String maxJobSize(HeadraceClient client) {
    try {
      return client.stats().getOrDefault("max-job-size", "unknown");
    } catch (UnexpectedReply e) {
      return "unknown";
    }
  }

  private String source() {
    return file.map(Path::toString).orElse("stdin");
  }

  private Failure unreadable(IOException e) {
    var why = e instanceof NoSuchFileException ? "there is no such file" : e.getMessage();
    return new Failure(Exit.USAGE, source() + " cannot be read: " + why, e);
  }
}
