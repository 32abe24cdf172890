package io.headrace.worker.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc/PID/stat} says of a process, proc(5).
 *
 * @param state R, S, D, T, Z and others
 * @param cpuTicks time on a processor, with that of children that it has waited for
 * @param startTicks when it began, since the machine did
 * @param environmentEnd where its environment ends in its memory; 0 where it has no memory, or none
 *     that we may look at
 */
record ProcRow(
    int pid,
    String name,
    char state,
    int parent,
    int session,
    long cpuTicks,
    long startTicks,
    long environmentEnd) {
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final int UTIME = 11;
  private static final int CSTIME = 14;
  private static final int START = 19;
  private static final int ENV_END = 48;

  static Optional<ProcRow> of(int pid) {
    var text = ProcFile.text(pid + "/stat");
    // The name may hold blanks and brackets.
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    if (open < 0 || close < 0) {
      return Optional.empty();
    }
    var fields = text.substring(close + 2).split(" ", -1);
    long cpuTicks = 0;
    for (int i = UTIME; i <= CSTIME; i++) {
      cpuTicks += Long.parseLong(fields[i]);
    }
    return Optional.of(
        new ProcRow(
            pid,
            text.substring(open + 1, close),
            fields[0].charAt(0),
            Integer.parseInt(fields[PARENT]),
            Integer.parseInt(fields[SESSION]),
            cpuTicks,
            Long.parseLong(fields[START]),
            Long.parseLong(fields[ENV_END])));
  }

  boolean isZombie() {
    return state == 'Z';
  }

  /**
   * Whether it can't be told yet what it was started with: it is about to run a program, or has
   * given its memory back and not yet left its children to others.
   */
  boolean isInBetween() {
    return environmentEnd == 0 && Files.isReadable(Path.of("/proc", pid + "/environ"));
  }

  /** Whether it was started with this word in its environment, as far as we may look. */
  boolean carries(String word) {
    var environment = ProcFile.text(pid + "/environ");
    return environment.startsWith(word + '\0') || environment.contains('\0' + word + '\0');
  }
}
