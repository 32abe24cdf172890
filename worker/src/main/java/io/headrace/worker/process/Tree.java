package io.headrace.worker.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All processes of a script at one moment: its descendants, its session, and those that lost their
 * parents and carry its mark.
 */
public final class Tree {
  /** So many processes are described, for people. */
  private static final int DESCRIBED_MAX = 8;

  private final List<ProcRow> rows;

  private Tree(List<ProcRow> rows) {
    this.rows = rows;
  }

  /** Looks at every process of the machine once; the cost is some 20 µs for each. */
  static Tree of(int root, String mark) {
    var all = new ArrayList<ProcRow>();
    for (int pid : ProcFile.processes()) {
      ProcRow.of(pid).ifPresent(all::add);
    }
    int self = (int) ProcessHandle.current().pid();
    var found = new HashSet<Integer>();
    for (var row : all) {
      if (row.pid() == root
          || row.session() == root
          || (row.parent() == self && !row.isZombie() && row.carries(mark))) {
        found.add(row.pid());
      }
    }
    while (addChildren(all, found)) {
      // Children may stand before their parents in the list.
    }
    return new Tree(all.stream().filter(row -> found.contains(row.pid())).toList());
  }

  private static boolean addChildren(List<ProcRow> all, Set<Integer> found) {
    boolean more = false;
    for (var row : all) {
      if (found.contains(row.parent())) {
        more |= found.add(row.pid());
      }
    }
    return more;
  }

  /** What changes when any of them gets anywhere. */
  public Progress progress() {
    long cpuTicks = 0;
    long bytes = 0;
    var processes = new HashSet<Long>();
    for (var row : rows) {
      cpuTicks += row.cpuTicks();
      var io = ProcFile.text(row.pid() + "/io");
      bytes += ProcFile.number(io, "rchar:") + ProcFile.number(io, "wchar:");
      processes.add((row.startTicks() << Integer.SIZE) | row.pid());
    }
    return new Progress(cpuTicks, bytes, processes);
  }

  /** What each of them waits in, as far as we may look: a line each, and kernel stacks. */
  public String waits() {
    var text = new StringBuilder();
    for (var row : rows.subList(0, Math.min(rows.size(), DESCRIBED_MAX))) {
      text.append("waits: %d (%s) state %s".formatted(row.pid(), row.name(), row.state()));
      append(text, " in ", ProcFile.text(row.pid() + "/wchan"));
      append(text, ", syscall ", ProcFile.text(row.pid() + "/syscall"));
      text.append('\n');
      ProcFile.text(row.pid() + "/stack")
          .lines()
          .forEach(line -> text.append("  ").append(line).append('\n'));
    }
    if (rows.size() > DESCRIBED_MAX) {
      text.append("waits: and %d more%n".formatted(rows.size() - DESCRIBED_MAX));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String what, String value) {
    if (!value.isBlank() && !value.strip().equals("0")) {
      text.append(what).append(value.strip());
    }
  }
}
