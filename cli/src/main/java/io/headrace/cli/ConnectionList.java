package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The connections of a server, and what of them fits on a line. */
final class ConnectionList {
  /** Columns of the table, with the keys that they show. */
  private static final Map<String, String> COLUMNS = columns();

  private ConnectionList() {}

  private static Map<String, String> columns() {
    var columns = new LinkedHashMap<String, String>();
    columns.put("id", "id");
    columns.put("peer", "peer");
    columns.put("health", "health");
    columns.put("age", "age");
    columns.put("held", "held");
    columns.put("waiting", "waiting");
    columns.put("last", "last-command");
    columns.put("silent", "silent");
    columns.put("faults", "faults");
    columns.put("in", "bytes-in");
    columns.put("out", "bytes-out");
    columns.put("unsent", "bytes-waiting");
    columns.put("rtt-us", "rtt-us");
    columns.put("resent", "retransmits");
    return columns;
  }

  /** Asks for all of them, page by page. */
  static List<Map<String, String>> of(HeadraceClient client) {
    var all = new ArrayList<Map<String, String>>();
    List<Map<String, String>> page;
    do {
      long after = all.isEmpty() ? 0 : Long.parseLong(all.getLast().getOrDefault("id", "0"));
      page = client.listConnections(after, HeadraceClient.LIST_JOBS_MAX);
      all.addAll(page);
    } while (page.size() == HeadraceClient.LIST_JOBS_MAX);
    return all;
  }

  /** Those that are not healthy, or all. */
  static List<Map<String, String>> chosen(List<Map<String, String>> all, boolean sickOnly) {
    Predicate<Map<String, String>> healthy = row -> "healthy".equals(row.get("health"));
    return sickOnly ? all.stream().filter(healthy.negate()).toList() : all;
  }

  /** What a person looks at first; all of it is in the JSON. */
  static List<Map<String, String>> brief(List<Map<String, String>> rows) {
    return rows.stream().map(ConnectionList::brief).toList();
  }

  private static Map<String, String> brief(Map<String, String> row) {
    var brief = new LinkedHashMap<String, String>();
    COLUMNS.forEach((column, key) -> brief.put(column, row.getOrDefault(key, "-")));
    return brief;
  }
}
