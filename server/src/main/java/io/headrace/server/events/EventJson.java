package io.headrace.server.events;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Writes an event as one line of JSON (RFC 8259). */
final class EventJson {
  private static final long NS_A_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final char REPLACEMENT = '\ufffd';

  private EventJson() {}

  /**
   * Writes it.
   *
   * @param dropped how many events the same target was not told of, since it was told of one
   */
  static String of(Telling telling, long dropped) {
    Event event = telling.event();
    var json = new StringBuilder(256);
    json.append("{\"event\":");
    quote(json, event.kind().word());
    json.append(",\"time\":");
    quote(json, time(event.timeNs()).toString());
    json.append(",\"tube\":");
    quote(json, event.tube());
    json.append(",\"job\":").append(event.job());
    json.append(",\"message\":");
    quote(json, event.message());
    json.append(",\"repeated\":").append(telling.repeated());
    json.append(",\"dropped\":").append(dropped);
    json.append(",\"details\":{");
    String comma = "";
    for (var detail : event.details().entrySet()) {
      json.append(comma);
      quote(json, detail.getKey());
      json.append(':');
      quote(json, detail.getValue());
      comma = ",";
    }
    return json.append("}}").toString();
  }

  private static Instant time(long ns) {
    return Instant.ofEpochSecond(Math.floorDiv(ns, NS_A_SECOND), Math.floorMod(ns, NS_A_SECOND));
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (endsLine(c)) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(isAlone(text, i) ? REPLACEMENT : c);
          }
        }
      }
    }
    json.append('"');
  }

  /** What RFC 8259 forbids, and what some readers take for the end of a line. */
  private static boolean endsLine(char c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  /** Half of a surrogate pair: it cannot be written as UTF-8. */
  private static boolean isAlone(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
