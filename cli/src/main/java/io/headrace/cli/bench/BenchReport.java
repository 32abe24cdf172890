package io.headrace.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run showed, and its account of the jobs.
 *
 * @param left jobs that are acknowledged and were not taken: lost, if the last phase took all
 */
public record BenchReport(
    List<PhaseResult> phases,
    int sent,
    int acknowledged,
    int taken,
    int deleted,
    int left,
    boolean drained,
    int refused,
    int duplicates,
    int corrupt,
    int foreign,
    int wrongId,
    int deleteNotFound) {

  /** Whether no job was lost, doubled, damaged or refused. */
  public boolean clean() {
    return lost() + refused + duplicates + corrupt + foreign + wrongId + deleteNotFound == 0;
  }

  /** Acknowledged jobs that a drained tube did not give. */
  public int lost() {
    return drained ? left : 0;
  }

  /** The account by name, for a program. */
  public Map<String, Object> account() {
    var map = new LinkedHashMap<String, Object>();
    map.put("sent", sent);
    map.put("acknowledged", acknowledged);
    map.put("taken", taken);
    map.put("deleted", deleted);
    map.put("lost", lost());
    map.put("left", drained ? 0 : left);
    map.put("refused", refused);
    map.put("duplicates", duplicates);
    map.put("corrupt", corrupt);
    map.put("foreign", foreign);
    map.put("wrong_id", wrongId);
    map.put("delete_not_found", deleteNotFound);
    return map;
  }

  /** Everything by name, for a program. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("phases", phases.stream().map(PhaseResult::toMap).toList());
    map.put("account", account());
    map.put("clean", clean());
    return map;
  }

  /** The account in one line. */
  public String accountText() {
    var counts = new StringBuilder();
    account()
        .forEach((name, count) -> {
          boolean always =
              List.of("sent", "acknowledged", "taken", "deleted", "lost").contains(name);
          if (always || !count.equals(0)) {
            counts.append(counts.isEmpty() ? "" : ", ").append(count).append(' ').append(name);
          }
        });
    return counts.append(clean() ? ": every job accounted for" : ": NOT CLEAN").toString();
  }
}
