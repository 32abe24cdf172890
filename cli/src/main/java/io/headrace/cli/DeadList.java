package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All dead jobs of a server, or of a tube, and what they have in common. */
final class DeadList {
  /** Pages of one list: no server keeps the past of more jobs than that. */
  private static final int PAGES_MAX = 1000;

  private final List<DeadJob> jobs;

  private DeadList(List<DeadJob> jobs) {
    this.jobs = jobs;
  }

  /** Asks for all of them, page by page. */
  static DeadList of(HeadraceClient client, Optional<String> tube) {
    // A page may begin anew when its predecessor's last job has gone meanwhile: hence by id.
    var found = new LinkedHashMap<Long, DeadJob>();
    long after = 0;
    for (int pages = 0; pages < PAGES_MAX; pages++) {
      var page = client.listDead(after, HeadraceClient.LIST_JOBS_MAX);
      for (var facts : page) {
        var job = DeadJob.of(facts);
        found.put(job.id(), job);
        after = job.id();
      }
      if (page.size() < HeadraceClient.LIST_JOBS_MAX) {
        break;
      }
    }
    return new DeadList(
        found.values().stream().filter(job -> tube.map(job::isOf).orElse(true)).toList());
  }

  /** Those with a signature that are dropped, or are not. */
  List<DeadJob> with(String signature, boolean dropped) {
    return jobs.stream()
        .filter(job -> job.label().equals(signature) && job.dropped() == dropped)
        .toList();
  }

  /** One row for all that are alike, the largest group first. */
  List<Map<String, String>> groups() {
    record Likeness(String cause, String how, String label) {}

    var groups = new LinkedHashMap<Likeness, List<DeadJob>>();
    for (var job : jobs) {
      var likeness = new Likeness(job.cause(), job.how(), job.label());
      groups.computeIfAbsent(likeness, _ -> new ArrayList<>()).add(job);
    }
    return groups.values().stream()
        .sorted((one, other) -> Integer.compare(other.size(), one.size()))
        .map(DeadList::row)
        .toList();
  }

  private static Map<String, String> row(List<DeadJob> alike) {
    var times = alike.stream().map(DeadJob::ended).sorted().toList();
    var tubes = alike.stream().map(DeadJob::tube).distinct().toList();
    var first = alike.getFirst();
    var row = new LinkedHashMap<String, String>();
    row.put("jobs", Integer.toString(alike.size()));
    row.put("dropped", Long.toString(alike.stream().filter(DeadJob::dropped).count()));
    row.put("cause", first.cause());
    row.put("how", first.how());
    row.put("first", DeadJob.text(times.getFirst()));
    row.put("last", DeadJob.text(times.getLast()));
    row.put("example", Long.toString(first.id()));
    row.put("tube", tubes.size() == 1 ? tubes.getFirst() : tubes.size() + " tubes");
    row.put("signature", first.label());
    return row;
  }
}
