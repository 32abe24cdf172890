package io.headrace.server.events;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Something that a person may want to know soon.
 *
 * @param timeNs when it happened, nanoseconds since 1970
 * @param tube the tube it is about; empty for none
 * @param job the job it is about; 0 for none
 * @param message one line for a person; cut after {@link #MESSAGE_CHARS_MAX}
 * @param details what a script may want to know besides, in this order; those beyond {@link
 *     #DETAILS_MAX} are left out, and long ones are cut after {@link #DETAIL_CHARS_MAX}
 */
public record Event(
    EventKind kind,
    long timeNs,
    String tube,
    long job,
    String message,
    SequencedMap<String, String> details) {
  /** The longest message, in characters. */
  public static final int MESSAGE_CHARS_MAX = 1_000;

  /** The most details of an event. */
  public static final int DETAILS_MAX = 16;

  /** The longest key or value of a detail, in characters. */
  public static final int DETAIL_CHARS_MAX = 250;

  private static final String CUT = "…";

  public Event {
    message = cut(message, MESSAGE_CHARS_MAX);
    var few = new LinkedHashMap<String, String>();
    details.entrySet().stream()
        .limit(DETAILS_MAX)
        .forEach(detail ->
            few.put(
                cut(detail.getKey(), DETAIL_CHARS_MAX), cut(detail.getValue(), DETAIL_CHARS_MAX)));
    details = Collections.unmodifiableSequencedMap(few);
  }

  /** An event about the server as a whole. */
  public static Event of(EventKind kind, long timeNs, String message) {
    return new Event(kind, timeNs, "", 0, message, new LinkedHashMap<>());
  }

  /** The same, about a tube. */
  public Event ofTube(String name) {
    return new Event(kind, timeNs, name, job, message, details);
  }

  /** The same, about a job. */
  public Event ofJob(long id) {
    return new Event(kind, timeNs, tube, id, message, details);
  }

  /** The same, with one more detail. */
  public Event with(String key, Object value) {
    var more = new LinkedHashMap<>(details);
    more.put(key, value.toString());
    return new Event(kind, timeNs, tube, job, message, more);
  }

  /** One line of JSON (RFC 8259), without its end; docs/events.md says what is in it. */
  public String toJson() {
    return EventJson.of(new Telling(this, 1), 0);
  }

  /**
   * Of events with the same the latest can stand for all. A tube's sickness and its being well are
   * one matter: what is told last is how it is.
   */
  Map.Entry<EventKind, String> matter() {
    return Map.entry(kind == EventKind.TUBE_WELL ? EventKind.TUBE_SICK : kind, tube);
  }

  private static String cut(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    int end = charsMax - CUT.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
  }
}
