package io.headrace.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the kernel kills for lack of memory: by its own count, proc(5) on vmstat. */
final class OomWatch {
  private static final Path VMSTAT = Path.of("/proc/vmstat");
  private static final String KEY = "oom_kill ";

  private long count = count();
  private long changedNs;
  private boolean changed;

  /** To be called now and then, and when a script was killed. */
  synchronized void look() {
    long now = count();
    if (now != count) {
      count = now;
      changedNs = System.nanoTime();
      changed = true;
    }
  }

  /** Whether it has, since that moment of {@link System#nanoTime}. */
  synchronized boolean killedSince(long ns) {
    look();
    return changed && changedNs - ns >= 0;
  }

  private static long count() {
    try (var lines = Files.lines(VMSTAT)) {
      return lines
          .filter(line -> line.startsWith(KEY))
          .mapToLong(line -> Long.parseLong(line.substring(KEY.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
