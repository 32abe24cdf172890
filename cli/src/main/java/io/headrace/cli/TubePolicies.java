package io.headrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A tube's policies, each with what holds and who says so, apart from what else is known of it. */
final class TubePolicies {
  private static final String PREFIX = "policy-";

  /** What comes right after the policies, because it is what they act on. */
  private static final List<String> FIRST =
      List.of("health", "current-jobs-suspect", "current-jobs-dropped", "double-runs", "dockets");

  private static final Pattern VALUE = Pattern.compile("(.*) \\(([^()]*)\\)");

  private final List<Map<String, String>> policies = new ArrayList<>();
  private final Map<String, String> others = new LinkedHashMap<>();

  private TubePolicies() {}

  /** Takes what a server says of a tube apart. */
  static TubePolicies of(Map<String, String> facts) {
    var found = new TubePolicies();
    FIRST.forEach(key -> {
      if (facts.containsKey(key)) {
        found.others.put(key, facts.getOrDefault(key, ""));
      }
    });
    facts.forEach((key, fact) -> {
      if (key.startsWith(PREFIX)) {
        found.policies.add(policy(key.substring(PREFIX.length()), fact));
      } else {
        found.others.putIfAbsent(key, fact);
      }
    });
    if (found.policies.isEmpty()) {
      throw new Failure(
          Exit.NO,
          "this server is not a Headrace, or an old one: it has no policies; 'headrace tube stats'"
              + " shows what it knows");
    }
    return found;
  }

  private static Map<String, String> policy(String name, String fact) {
    var matcher = VALUE.matcher(fact);
    boolean told = matcher.matches();
    var policy = new LinkedHashMap<String, String>();
    policy.put("policy", name);
    policy.put("value", told ? matcher.group(1) : fact);
    policy.put("origin", told ? matcher.group(2) : "?");
    return policy;
  }

  Map<String, Object> json() {
    var value = new LinkedHashMap<String, Object>();
    value.put("policies", policies.stream().map(Json::facts).toList());
    value.putAll(Json.values(others));
    return value;
  }

  String text() {
    var table = new Table(policies.getFirst().keySet());
    policies.forEach(policy -> table.row(policy.values()));
    var text = new StringBuilder(table.toString()).append('\n');
    others.forEach((key, fact) -> text.append(key).append(": ").append(fact).append('\n'));
    return text.toString().stripTrailing();
  }
}
