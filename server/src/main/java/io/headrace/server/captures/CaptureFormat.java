package io.headrace.server.captures;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * How a capture is written: lines of facts, an empty line, each chunk as a line of its own with its
 * bytes as they were behind it, and a checksum of all that. docs/captures.md describes it.
 */
public final class CaptureFormat {
  private static final String FIRST_LINE = "headrace-capture 1";
  private static final String END = "end ";
  private static final String IN = "in";
  private static final String OUT = "out";
  private static final String BEGINS = " begins";

  private CaptureFormat() {}

  /** Writes one. */
  public static byte[] write(Capture capture) {
    var out = new ByteArrayOutputStream();
    line(out, FIRST_LINE);
    facts(capture).forEach((key, value) -> line(out, key + ": " + value));
    line(out, "");
    for (Chunk chunk : capture.chunks()) {
      String way = chunk.received() ? IN : OUT;
      String begins = chunk.begins() ? BEGINS : "";
      int length = chunk.bytes().length;
      line(out, way + ' ' + chunk.timeNs() + ' ' + chunk.offset() + ' ' + length + begins);
      out.writeBytes(chunk.bytes());
      line(out, "");
    }
    line(out, END + checksum(out.toByteArray(), out.size()));
    return out.toByteArray();
  }

  private static Map<String, String> facts(Capture capture) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("id", Long.toString(capture.id()));
    facts.put("time-ns", Long.toString(capture.timeNs()));
    facts.put("cause", capture.finding().cause().word());
    facts.put("connection", Long.toString(capture.speaker().connection()));
    facts.put("peer", oneLine(capture.speaker().peer()));
    facts.put("local", oneLine(capture.speaker().local()));
    facts.put("since-ns", Long.toString(capture.speaker().sinceNs()));
    facts.put("received-bytes", Long.toString(capture.receivedBytes()));
    facts.put("sent-bytes", Long.toString(capture.sentBytes()));
    facts.put("stopped-at", Long.toString(capture.finding().stoppedAt()));
    facts.put("expected", oneLine(capture.finding().expected()));
    facts.put(
        "jobs",
        capture.finding().jobs().stream()
            .map(job -> Long.toString(job))
            .collect(Collectors.joining(" ")));
    return facts;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static void line(ByteArrayOutputStream out, String text) {
    out.writeBytes((text + '\n').getBytes(UTF_8));
  }

  private static String checksum(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IllegalArgumentException when it is something else, or not all of it
   */
  public static Capture read(byte[] bytes) {
    var in = new Reading(bytes);
    if (!in.line().equals(FIRST_LINE)) {
      throw new IllegalArgumentException(
          "it is no capture: the first line is not '" + FIRST_LINE + "'");
    }
    var facts = new LinkedHashMap<String, String>();
    for (String line = in.line(); !line.isEmpty(); line = in.line()) {
      int colon = line.indexOf(": ");
      if (colon < 0) {
        throw in.broken("a fact has no colon");
      }
      facts.put(line.substring(0, colon), line.substring(colon + 2));
    }
    var chunks = new ArrayList<Chunk>();
    int before = in.at;
    String line = in.line();
    while (!line.startsWith(END)) {
      chunks.add(in.chunk(line.split(" ", -1)));
      before = in.at;
      line = in.line();
    }
    if (!line.equals(END + checksum(bytes, before))) {
      throw new IllegalArgumentException("its checksum differs: it was changed, or is damaged");
    }
    return capture(in, facts, chunks);
  }

  private static Capture capture(Reading in, Map<String, String> facts, List<Chunk> chunks) {
    var jobs = new ArrayList<Long>();
    for (String job : text(in, facts, "jobs").split(" ", -1)) {
      if (!job.isEmpty()) {
        jobs.add(in.number(job));
      }
    }
    Optional<CaptureCause> cause = CaptureCause.of(text(in, facts, "cause"));
    return new Capture(
        number(in, facts, "id"),
        number(in, facts, "time-ns"),
        new Speaker(
            number(in, facts, "connection"),
            text(in, facts, "peer"),
            text(in, facts, "local"),
            number(in, facts, "since-ns")),
        new Finding(
            cause.orElseThrow(() -> in.broken("its cause is not known")),
            number(in, facts, "stopped-at"),
            text(in, facts, "expected"),
            jobs),
        number(in, facts, "received-bytes"),
        number(in, facts, "sent-bytes"),
        chunks);
  }

  private static String text(Reading in, Map<String, String> facts, String key) {
    String value = facts.get(key);
    if (value == null) {
      throw in.broken("it does not say its " + key);
    }
    return value;
  }

  private static long number(Reading in, Map<String, String> facts, String key) {
    return in.number(text(in, facts, key));
  }

  /** A cursor over the bytes. */
  private static final class Reading {
    private final byte[] bytes;
    private int at;

    private Reading(byte[] bytes) {
      this.bytes = bytes;
    }

    private IllegalArgumentException broken(String why) {
      return new IllegalArgumentException("it is no whole capture: at byte " + at + ' ' + why);
    }

    private String line() {
      int end = at;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        throw broken("a line has no end");
      }
      String line = new String(bytes, at, end - at, UTF_8);
      at = end + 1;
      return line;
    }

    private Chunk chunk(String[] words) {
      boolean received = words[0].equals(IN);
      boolean begins = words.length == 5 && BEGINS.endsWith(words[4]);
      if ((!received && !words[0].equals(OUT)) || (words.length != 4 && !begins)) {
        throw broken("is neither bytes nor the end");
      }
      long length = number(words[3]);
      if (length < 0 || length >= bytes.length - at || bytes[at + (int) length] != '\n') {
        throw broken("there are not as many bytes as it says");
      }
      byte[] content = Arrays.copyOfRange(bytes, at, at + (int) length);
      at += (int) length + 1;
      return new Chunk(received, number(words[1]), number(words[2]), begins, content);
    }

    private long number(String digits) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        throw broken("'" + digits + "' is no number");
      }
    }
  }
}
