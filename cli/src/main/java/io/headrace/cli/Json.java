package io.headrace.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes JSON (RFC 8259) of maps, lists, texts, numbers and truths. */
final class Json {
  /** Facts that are text, whatever they look like: an id of hex digits may have no letter. */
  private static final Set<String> TEXTS =
      Set.of(
          "name",
          "tube",
          "origin",
          "version",
          "headrace-version",
          "hostname",
          "os",
          "platform",
          "peer",
          "holder",
          "held",
          "session",
          "signature",
          "last-sent",
          "crc32c",
          "value");

  private Json() {}

  static String of(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quoted(entry.getKey().toString()) + ":" + of(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list -> list.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
      case Optional<?> optional -> optional.isPresent() ? of(optional.get()) : "null";
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Fact fact -> fact.json();
      default -> quoted(value.toString());
    };
  }

  /** Marks what the server said as numbers, truths and texts. */
  static Object facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ":" + fact(entry.getKey(), entry.getValue()))
        .collect(Collectors.collectingAndThen(Collectors.joining(",", "{", "}"), Fact::new));
  }

  /** The same, as entries to which others can be added. */
  static Map<String, Object> values(Map<String, String> facts) {
    var values = new LinkedHashMap<String, Object>();
    facts.forEach((key, value) -> values.put(key, new Fact(fact(key, value))));
    return values;
  }

  private record Fact(String json) {}

  private static String fact(String key, String value) {
    boolean plain = value.matches("(0|-?[1-9]\\d{0,17})(\\.\\d+)?") || value.matches("true|false");
    return plain && !TEXTS.contains(key) ? value : quoted(value);
  }

  private static String quoted(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c) || c == 0x7f) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
