package io.headrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.worker.process.Tail;
import io.headrace.worker.process.WaitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The evidence of a bad end: lines of facts, what the script said last, and a last line by which
 * deaths are known to be alike.
 */
final class ScriptDocket implements Docket {
  private static final int COMMAND_CHARS_MAX = 1000;
  private static final int WAITS_CHARS_MAX = 8000;
  private static final int TRACE_BYTES_MAX = 8000;
  private static final int LINE_CHARS_MAX = 200;

  /** The kernel enforces a limit of processor time by its ticks, and tells what was used finer. */
  private static final Duration COUNTED_WITHIN = Duration.ofMillis(500);

  private final Attempt attempt;
  private final Program program;
  private final List<String> changes;
  private final Tail trace;

  /** One with what is to be told of the file of the script, a line each. */
  ScriptDocket(Attempt attempt, Program program, List<String> changes, Tail trace) {
    this.attempt = attempt;
    this.program = program;
    this.changes = changes;
    this.trace = trace;
  }

  /** What was said last gets what the facts leave. */
  @Override
  public byte[] bytes(int max) {
    var facts = facts().getBytes(UTF_8);
    var signature = (signature() + '\n').getBytes(UTF_8);
    int room = Math.max(0, max - facts.length - signature.length - 200);
    var err = attempt.stderr().last(Math.min(Tail.BYTES_MAX, room * 3 / 4));
    var out = attempt.stdout().last(Math.min(Tail.BYTES_MAX, room - err.length));
    var all = new ByteArrayOutputStream();
    try {
      all.write(facts);
      stream(all, "stdout", attempt.stdout().total(), out);
      stream(all, "stderr", attempt.stderr().total(), err);
      all.write(signature);
    } catch (IOException e) {
      throw new AssertionError("memory can be written", e);
    }
    return DocketText.fitted(all.toByteArray(), signature, max);
  }

  private static void stream(ByteArrayOutputStream to, String name, long total, byte[] last)
      throws IOException {
    to.write(title(name, last.length, total));
    to.write(last);
    if (last.length > 0 && last[last.length - 1] != '\n') {
      to.write('\n');
    }
  }

  private static byte[] title(String name, int last, long total) {
    return "--- %s: the last %d of %d bytes%n".formatted(name, last, total).getBytes(UTF_8);
  }

  private String facts() {
    var ended = attempt.ended();
    var usage = ended.usage();
    var text = new StringBuilder();
    line(text, "command", shortened(String.join(" ", program.words()), COMMAND_CHARS_MAX));
    line(text, "script", program.script());
    line(text, "sha256", attempt.version().sha256());
    changes.forEach(what -> line(text, "changed", what));
    line(text, "interpreter", interpreter(program));
    if (!program.limits().told().isEmpty()) {
      line(text, "limits", program.limits().told());
    }
    line(text, "host", DocketText.HOST);
    line(text, "pid", ended.pid());
    line(text, "job", attempt.held().text());
    line(text, "end", ended.status());
    line(text, "by", by());
    line(
        text,
        "time",
        "%.3f s, on processors %.3f s and in the kernel %.3f s"
            .formatted(seconds(usage.wall()), seconds(usage.user()), seconds(usage.system())));
    line(
        text,
        "memory",
        usage.rssBytesMax() > 0
            ? usage.rssBytesMax() + " bytes at most"
            : "not known, less than this supervisor itself has had");
    line(text, "faults", usage.minorFaults() + ", from disk " + usage.majorFaults());
    line(text, "read", ended.bytesRead() + " bytes, written " + ended.bytesWritten());
    if (ended.orphans() > 0) {
      line(text, "orphans", ended.orphans() + " processes outlived it, and were killed");
    }
    text.append(shortened(attempt.waits(), WAITS_CHARS_MAX));
    if (trace.total() > 0) {
      text.append("--- trace: the last that it ran\n")
          .append(new String(trace.last(TRACE_BYTES_MAX), UTF_8))
          .append('\n');
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(DocketText.of(key, value));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  /** The file may be gone by now. */
  private static String interpreter(Program program) {
    try {
      return Program.interpreter(program.script()).orElse("none, it is a program");
    } catch (IllegalArgumentException e) {
      return "not known, the file is gone";
    }
  }

  private String by() {
    return switch (attempt.ended().status()) {
      case WaitStatus.Exited _ ->
          attempt.stopped().map(StoppedFor::words).orElse("the script itself");
      case WaitStatus.Killed killed -> byOf(killed.signal());
    };
  }

  private String byOf(int signal) {
    if (attempt.stopped().isPresent()) {
      return attempt.stopped().get().words();
    }
    return switch (signal) {
      case 4, 5, 6, 7, 8, 11, 31 -> "the program itself, by a fault";
      case 13 -> "the kernel, since nobody reads what it writes";
      case 24 -> "the kernel, by its limit of time on processors (--cpu)";
      case 25 -> "the kernel, by its limit of the size of files";
      case 9 -> byOfKill();
      default -> "not known: the script itself or another process";
    };
  }

  private String byOfKill() {
    if (isOutOfTime()) {
      return "perhaps the kernel, by its limit of time on processors (--cpu) after SIGXCPU";
    }
    return attempt.outOfMemory()
        ? "perhaps the kernel, for lack of memory: it killed for that while this ran"
        : "not known: the script itself or another process; not for lack of memory";
  }

  private boolean isOutOfTime() {
    var usage = attempt.ended().usage();
    var used = usage.user().plus(usage.system()).plus(COUNTED_WITHIN);
    return program.limits().cpuMax().filter(max -> used.compareTo(max) >= 0).isPresent();
  }

  /** What deaths of this kind have in common. */
  String signature() {
    var how =
        attempt
            .stopped()
            .map(stopped ->
                switch (stopped) {
                  case STALL -> "hung";
                  case TIME -> "too slow";
                  case DRAIN, LOST -> "stopped";
                })
            .orElse(attempt.ended().status().toString());
    var last = lastLine(attempt.stderr());
    return program.script().getFileName() + ": " + how + (last.isEmpty() ? "" : ": " + last);
  }

  /** The last line that says anything, for people. */
  static String lastLine(Tail stderr) {
    var lines = new String(stderr.last(4 * LINE_CHARS_MAX), UTF_8).lines().toList();
    for (var line : List.copyOf(lines).reversed()) {
      if (!line.isBlank()) {
        return shortened(line.strip().replaceAll("\\p{Cntrl}", "."), LINE_CHARS_MAX);
      }
    }
    return "";
  }

  private static String shortened(String text, int max) {
    return text.length() > max ? text.substring(0, max) : text;
  }
}
