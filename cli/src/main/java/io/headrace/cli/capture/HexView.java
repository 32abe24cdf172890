package io.headrace.cli.capture;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.Chunk;
import io.headrace.server.captures.Finding;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A capture as people read it: hex and text side by side, the byte that failed marked. */
public final class HexView {
  private static final int ROW_BYTES = 16;
  private static final long NS_PER_S = 1_000_000_000;
  private static final int HEX_COLUMN = 10;
  private static final int TEXT_COLUMN = HEX_COLUMN + 3 * ROW_BYTES + 2;

  private HexView() {}

  /** All of it. */
  public static String all(Capture capture) {
    return facts(capture) + bytes(capture, Long.MAX_VALUE);
  }

  /** What was said and when, but of each way only the last bytes. */
  public static String end(Capture capture, long bytesEachWay) {
    return bytes(capture, bytesEachWay);
  }

  /** A time as it is shown. */
  public static Instant time(long ns) {
    return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_S), Math.floorMod(ns, NS_PER_S));
  }

  private static String facts(Capture capture) {
    var speaker = capture.speaker();
    var finding = capture.finding();
    var text = new StringBuilder();
    line(
        text,
        String.format(
            Locale.ROOT,
            "capture %d: %s at %s",
            capture.id(),
            finding.cause().word(),
            time(capture.timeNs())));
    line(
        text,
        String.format(
            Locale.ROOT,
            "connection %d of %s to %s, open since %s",
            speaker.connection(),
            speaker.peer(),
            speaker.local().isEmpty() ? "?" : speaker.local(),
            time(speaker.sinceNs())));
    line(
        text,
        String.format(
            Locale.ROOT,
            "%d bytes received, the last %d are here; %d sent, the last %d are here",
            capture.receivedBytes(),
            capture.bytesKept(true),
            capture.sentBytes(),
            capture.bytesKept(false)));
    if (!finding.jobs().isEmpty()) {
      line(text, String.format(Locale.ROOT, "held: %s", jobs(finding.jobs())));
    }
    if (finding.stoppedAt() != Finding.NOWHERE) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "reading stopped at byte %d of what was received%s",
              finding.stoppedAt(),
              capture.stoppedIn().isPresent() ? "" : ", which is no longer here"));
    }
    line(text, String.format(Locale.ROOT, "expected: %s", finding.expected()));
    return text.toString();
  }

  private static String jobs(List<Long> jobs) {
    return jobs.stream()
        .map(job -> "job " + job)
        .collect(
            Collectors.joining(", ", "", jobs.size() == Finding.JOBS_MAX ? ", maybe more" : ""));
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }

  private static String bytes(Capture capture, long bytesEachWay) {
    var text = new StringBuilder();
    for (var chunk : capture.chunks()) {
      long total = chunk.received() ? capture.receivedBytes() : capture.sentBytes();
      long skipped = total - bytesEachWay - chunk.offset();
      if (skipped < chunk.bytes().length) {
        append(text, capture, cut(chunk, Math.max(0, skipped)));
      }
    }
    return text.toString().stripTrailing();
  }

  private static Chunk cut(Chunk chunk, long bytes) {
    var rest = Arrays.copyOfRange(chunk.bytes(), (int) bytes, chunk.bytes().length);
    return new Chunk(chunk.received(), chunk.timeNs(), chunk.offset() + bytes, false, rest);
  }

  private static void append(StringBuilder text, Capture capture, Chunk chunk) {
    double sinceS = (chunk.timeNs() - capture.timeNs()) / (double) NS_PER_S;
    line(
        text,
        String.format(
            Locale.ROOT,
            "%n%s %+.6f s, %d bytes from byte %d on",
            chunk.received() ? "> received" : "< sent",
            sinceS,
            chunk.bytes().length,
            chunk.offset()));
    for (int at = 0; at < chunk.bytes().length; at += ROW_BYTES) {
      row(text, chunk, at);
      long stopped = capture.finding().stoppedAt() - chunk.offset() - at;
      if (capture.stoppedIn(chunk) && stopped >= 0 && stopped < ROW_BYTES) {
        mark(text, (int) stopped);
      }
    }
  }

  private static void row(StringBuilder text, Chunk chunk, int from) {
    var hex = new StringBuilder();
    var shown = new StringBuilder();
    for (int at = from; at < Math.min(from + ROW_BYTES, chunk.bytes().length); at++) {
      byte b = chunk.bytes()[at];
      hex.append(String.format("%02x ", b));
      shown.append(b >= ' ' && b < 0x7f ? (char) b : '.');
    }
    var offset = String.format("%08x", chunk.offset() + from);
    line(text, String.format(Locale.ROOT, "%-10s%-50s%s", offset, hex, shown));
  }

  private static void mark(StringBuilder text, int at) {
    int hex = HEX_COLUMN + 3 * at;
    var blank = " ".repeat(TEXT_COLUMN + at - hex - 2);
    line(text, String.format(Locale.ROOT, "%s^^%s^", " ".repeat(hex), blank));
  }
}
