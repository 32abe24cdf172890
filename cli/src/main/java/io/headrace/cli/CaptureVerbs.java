package io.headrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headrace.cli.capture.HexView;
import io.headrace.cli.capture.PcapNg;
import io.headrace.cli.capture.Redaction;
import io.headrace.cli.capture.Replay;
import io.headrace.client.HeadraceClient;
import io.headrace.client.ServerAddress;
import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureFormat;
import io.headrace.server.captures.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace capture …}: the last bytes of connections on which something went wrong. */
@Command(
    name = "capture",
    description = "Looks at the last bytes of connections on which something went wrong.")
final class CaptureVerbs {
  private static final String WHICH = "Its number in the list, or a file that 'export' has made.";
  private static final String REDACT =
      "Masks bodies and names with x; commands, numbers and lengths stay.";

  @Command(
      name = "list",
      description = "Lists what was kept, the oldest first.",
      footer = {"", "Example:", "  headrace capture list"})
  int list(@Mixin Talk talk) {
    return talk.rows("there is no capture", HeadraceClient::listCaptures);
  }

  @Command(
      name = "show",
      description = "Prints bytes as hex and text, and marks where reading stopped.",
      footer = {"", "Examples:", "  headrace capture show 3", "  headrace capture show 3.capture"})
  int show(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = WHICH) String which,
      @Option(names = "--redact", description = REDACT) boolean redact) {
    var capture = find(talk, which, redact);
    talk.output().result(HexView.all(capture), json(capture));
    return Exit.DONE;
  }

  @Command(
      name = "export",
      description = "Writes a capture to a file: as it is, or for Wireshark.",
      footer = {
        "",
        "Examples:",
        "  headrace capture export 3 --pcapng -o 3.pcapng",
        "  headrace capture export 3 --redact -o 3.capture"
      })
  int export(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = WHICH) String which,
      @Option(names = "--pcapng", description = "As packets, for Wireshark and tshark.")
          boolean pcapng,
      @Option(names = "--redact", description = REDACT) boolean redact,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "Where to; must not be there yet. Unless given: stdout.")
          Optional<Path> file) {
    var capture = find(talk, which, redact);
    var bytes = pcapng ? PcapNg.of(capture) : CaptureFormat.write(capture);
    if (file.isPresent()) {
      write(file.get(), bytes);
      talk.output()
          .result(
              file.get() + ": " + bytes.length + " bytes",
              Map.of("id", capture.id(), "file", file.get(), "bytes", bytes.length));
    } else {
      talk.output().raw(bytes);
    }
    return Exit.DONE;
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new Failure(
          Exit.NO, file + " cannot be written: " + e + ". Name a file that is not there yet", e);
    }
  }

  @Command(
      name = "replay",
      description = {
        "Says to a server again what was received, and prints what it answers.",
        "That can change its jobs: name one that may be changed.",
        ""
      },
      footer = {"", "Example:", "  headrace capture replay 3 --to 127.0.0.1:11399"})
  int replay(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = WHICH) String which,
      @Option(
              names = "--to",
              paramLabel = "ADDRESS",
              required = true,
              description = "Whom to say it to: host:port or unix:/path.")
          String to,
      @Option(
              names = "--wait",
              paramLabel = "TIME",
              defaultValue = "1s",
              converter = Talk.AnyDuration.class,
              description = "Ends when nothing has come for so long (${DEFAULT-VALUE}).")
          Duration wait,
      @Option(names = "--redact", description = REDACT) boolean redact) {
    if (wait.isZero()) {
      throw new Failure(Exit.USAGE, "--wait 0 would wait for ever; write 1s");
    }
    var capture = find(talk, which, redact);
    long lost = capture.receivedBytes() - capture.bytesKept(/* received= */ true);
    if (lost > 0) {
      Output.note("the first " + lost + " bytes are lost: what is sent may begin within a request");
    }
    var replies = new ByteArrayOutputStream();
    try {
      var outcome = Replay.run(capture, ServerAddress.parse(to), replies, talk.patience(), wait);
      var text = Printable.of(replies.toByteArray()).replace("\\x0d\n", "\n");
      talk.output().result(text + summary(outcome), value(outcome, text));
      return Exit.DONE;
    } catch (IOException e) {
      throw new Failure(Exit.UNREACHABLE, to + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private static String summary(Replay.Outcome outcome) {
    return "-- "
        + outcome.sentBytes()
        + " bytes sent, "
        + outcome.repliedBytes()
        + " came back"
        + (outcome.closed() ? "; the server closed the connection" : "");
  }

  private static Map<String, Object> value(Replay.Outcome outcome, String text) {
    var value = new LinkedHashMap<String, Object>();
    value.put("sent", outcome.sentBytes());
    value.put("received", outcome.repliedBytes());
    value.put("closed", outcome.closed());
    value.put("replies", text);
    return value;
  }

  @Command(
      name = "delete",
      description = "Removes a capture.",
      footer = {"", "Example:", "  headrace capture delete 3"})
  int delete(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = "Its number in the list.") long id) {
    return talk.result(client -> {
      if (!client.deleteCapture(id)) {
        throw missing(Long.toString(id));
      }
      return new Talk.Changed("capture " + id + " deleted", Map.of("id", id, "result", "deleted"));
    });
  }

  private static Failure missing(String which) {
    return new Failure(
        Exit.NO, "there is no capture " + which + "; 'headrace capture list' shows them");
  }

  private static Capture find(Talk talk, String which, boolean redact) {
    var capture = which.matches("\\d{1,18}") ? asked(talk, which) : read(Path.of(which));
    return redact ? Redaction.of(capture) : capture;
  }

  private static Capture asked(Talk talk, String id) {
    try (var client = talk.connect()) {
      var bytes = client.getCapture(Long.parseLong(id)).orElseThrow(() -> missing(id));
      return CaptureFormat.read(bytes);
    }
  }

  private static Capture read(Path file) {
    try {
      return CaptureFormat.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Failure(Exit.USAGE, file + " cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, file + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> json(Capture capture) {
    var finding = capture.finding();
    var value = new LinkedHashMap<String, Object>();
    value.put("id", capture.id());
    value.put("time", HexView.time(capture.timeNs()).toString());
    value.put("cause", finding.cause().word());
    value.put("peer", capture.speaker().peer());
    value.put("local", capture.speaker().local());
    value.put("connection", capture.speaker().connection());
    value.put("since", HexView.time(capture.speaker().sinceNs()).toString());
    value.put("received", capture.receivedBytes());
    value.put("sent", capture.sentBytes());
    value.put("stopped-at", finding.stoppedAt());
    value.put("expected", finding.expected());
    value.put("jobs", finding.jobs());
    value.put("bytes", capture.chunks().stream().map(CaptureVerbs::json).toList());
    return value;
  }

  private static Map<String, Object> json(Chunk chunk) {
    var value = new LinkedHashMap<String, Object>();
    value.put("way", chunk.received() ? "in" : "out");
    value.put("time", HexView.time(chunk.timeNs()).toString());
    value.put("offset", chunk.offset());
    value.put("hex", HexFormat.of().formatHex(chunk.bytes()));
    value.put("text", new String(chunk.bytes(), ISO_8859_1));
    return value;
  }
}
