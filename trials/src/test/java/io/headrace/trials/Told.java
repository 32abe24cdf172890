package io.headrace.trials;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server tells as YAML, in as much of YAML as beanstalkd and Headrace write: {@code key:
 * value}, values quoted or not, and lists of such below a {@code -}.
 */
final class Told {

  private static final String ITEM = "- ";
  private static final String INDENT = "  ";

  private Told() {}

  /** The entries of an answer; a list in it is left out. */
  static Map<String, String> entries(Talk.Reply reply) {
    var entries = new LinkedHashMap<String, String>();
    lines(reply)
        .filter(line -> !line.startsWith(ITEM) && !line.startsWith(INDENT))
        .forEach(line -> add(line, entries));
    return entries;
  }

  /** The items of the list that an answer is, or has. */
  static List<Map<String, String>> items(Talk.Reply reply) {
    var items = new ArrayList<Map<String, String>>();
    lines(reply)
        .forEach(line -> {
          if (line.startsWith(ITEM)) {
            items.add(new LinkedHashMap<>());
          }
          if (line.startsWith(ITEM) || line.startsWith(INDENT)) {
            add(line.substring(INDENT.length()), items.getLast());
          }
        });
    return items;
  }

  private static Stream<String> lines(Talk.Reply reply) {
    if (!reply.line().startsWith("OK ")) {
      throw new AssertionError("Not told but refused: " + reply);
    }
    return reply.body().lines().filter(line -> !line.equals("---"));
  }

  private static void add(String line, Map<String, String> entries) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      throw new AssertionError("'" + line + "' is no entry");
    }
    entries.put(line.substring(0, colon), unquoted(line.substring(colon + 1).strip()));
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** What {@code show-job} or another question tells of one thing. */
  static Map<String, String> of(Talk talk, String question) throws IOException {
    return entries(talk.ask(question));
  }

  /** One number of what is told. */
  static long number(Talk talk, String question, String key) throws IOException {
    var entries = of(talk, question);
    return Optional.ofNullable(entries.get(key))
        .map(Long::parseLong)
        .orElseThrow(() -> new AssertionError(question + " tells no " + key + ": " + entries));
  }
}
