package io.headrace.simulator;

import java.util.ArrayList;
import java.util.List;

/** Every entry that was ever given to the log, and what was promised of it. Outlives crashes. */
final class History {
  private final List<Entry> entries = new ArrayList<>();

  /** The highest index that the log has called safe, in the present start of the server. */
  private long safe;

  /** Highest index that must survive the end of the process. */
  private long told;

  /** Highest index that must survive the loss of power. */
  private long promised;

  void append(Entry entry) {
    Violation.unless(
        entry.index() == entries.size() + 1,
        "the log gave index %d to entry %d",
        entry.index(),
        entries.size() + 1);
    Violation.unless(
        entries.isEmpty() || entries.getLast().stampNs() <= entry.stampNs(),
        "time in the log goes back at index %d",
        entry.index());
    entries.add(entry);
  }

  /** The log says that it may be applied up to this index. */
  void safe(long index) {
    Violation.unless(index <= entries.size(), "index %d is safe before it is appended", index);
    Violation.unless(index >= safe, "the safe index goes back from %d to %d", safe, index);
    safe = index;
  }

  /** The log says that the effects of what is safe may be shown. */
  void mayBeTold() {
    for (long i = told + 1; i <= safe; i++) {
      if (get(i).mustBeForced()) {
        promised = i;
      }
    }
    told = safe;
  }

  long safe() {
    return safe;
  }

  long told() {
    return told;
  }

  long promised() {
    return promised;
  }

  long last() {
    return entries.size();
  }

  Entry get(long index) {
    return entries.get((int) index - 1);
  }

  /** The server has recovered the first {@code index} entries; those after it never were. */
  void cut(long index) {
    entries.subList((int) index, entries.size()).clear();
    safe = 0;
    told = 0;
    promised = 0;
    safe(index);
    mayBeTold();
  }
}
