package io.headrace.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the little YAML that the protocol's lists and statistics are written in. */
final class StatsText {
  private StatsText() {}

  /** Returns the entries in the order in which they came; a quoted value loses its quotes. */
  static Map<String, String> map(String text) {
    var entries = new LinkedHashMap<String, String>();
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      int colon = text.indexOf(": ", at, end);
      if (colon > at) {
        entries.put(text.substring(at, colon), unquoted(text.substring(colon + 2, end).strip()));
      }
      at = end + 1;
    }
    return entries;
  }

  /** Returns a job's entries, and the list of maps that is one of them. */
  static JobFacts job(String text) {
    var facts = new StringBuilder();
    text.lines()
        .filter(line -> !line.startsWith("- ") && !line.startsWith("  "))
        .filter(line -> !line.startsWith("attempts:"))
        .forEach(line -> facts.append(line).append('\n'));
    return new JobFacts(map(facts.toString()), maps(text));
  }

  /** Returns the items of a list. */
  static List<String> list(String text) {
    var items = new ArrayList<String>();
    text.lines()
        .filter(line -> line.startsWith("- "))
        .forEach(line -> items.add(unquoted(line.substring(2))));
    return items;
  }

  /** Returns the items of a list whose items have entries of their own. */
  static List<Map<String, String>> maps(String text) {
    var items = new ArrayList<Map<String, String>>();
    var item = new StringBuilder();
    text.lines()
        .filter(line -> line.startsWith("- ") || line.startsWith("  "))
        .forEach(line -> {
          if (line.startsWith("- ") && !item.isEmpty()) {
            items.add(map(item.toString()));
            item.setLength(0);
          }
          item.append(line, 2, line.length()).append('\n');
        });
    if (!item.isEmpty()) {
      items.add(map(item.toString()));
    }
    return items;
  }

  private static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    return value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
