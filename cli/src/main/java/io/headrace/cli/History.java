package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job with its past: its facts, every attempt that is known, and the docket of its death. */
final class History {
  /** What every attempt has; some have more. */
  private static final List<String> COLUMNS =
      List.of("attempt", "how", "since", "until", "peer", "session", "touches", "beside");

  private static final List<String> RARE_COLUMNS = List.of("ran-twice-until", "last-sent");

  private final JobFacts job;

  private History(JobFacts job) {
    this.job = job;
  }

  static History of(HeadraceClient client, long id) {
    var found = client.showJob(id);
    return new History(
        found.orElseThrow(() ->
            new Failure(
                Exit.NO,
                "there is no job "
                    + id
                    + ", or it was dropped: 'headrace dead undo "
                    + id
                    + "' brings it back then")));
  }

  /** What {@code --json} prints of it: the facts, and the attempts as one of them. */
  Map<String, Object> json() {
    var value = new LinkedHashMap<String, Object>(Json.values(job.facts()));
    value.put("attempts", job.attempts().stream().map(Json::facts).toList());
    return value;
  }

  /** The facts, a line each, and the attempts as a table. */
  String text() {
    var text = new StringBuilder();
    job.facts().forEach((key, fact) -> text.append(key).append(": ").append(fact).append('\n'));
    if (!job.attempts().isEmpty()) {
      text.append('\n').append(table());
    }
    return text.toString().stripTrailing();
  }

  private Table table() {
    var heads = new ArrayList<>(COLUMNS);
    RARE_COLUMNS.stream()
        .filter(head -> job.attempts().stream().anyMatch(attempt -> attempt.containsKey(head)))
        .forEach(heads::add);
    var table = new Table(heads);
    for (var attempt : job.attempts()) {
      table.row(heads.stream().map(head -> attempt.getOrDefault(head, "")).toList());
    }
    return table;
  }
}
