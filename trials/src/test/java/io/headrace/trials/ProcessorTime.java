package io.headrace.trials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What processes have taken of a processor, by {@code /proc/PID/stat}, in steps of 10 ms. */
final class ProcessorTime {

  private static final int MS_A_TICK = 10;

  /** Fields 14 and 15 of proc(5), counted from the first behind the name in parentheses. */
  private static final int USER_FIELD = 11;

  private final long pid;
  private final long startNs = System.nanoTime();
  private final Duration before;

  private ProcessorTime(long pid) throws IOException {
    this.pid = pid;
    before = of(pid);
  }

  /** Begins to measure. */
  static ProcessorTime since(RunningServer server) throws IOException {
    return new ProcessorTime(server.pid());
  }

  /** How many cores it has used on average since then. */
  double cores() throws IOException {
    return (double) of(pid).minus(before).toNanos() / (System.nanoTime() - startNs);
  }

  private static Duration of(long pid) throws IOException {
    var text = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
    return Duration.ofMillis(ticks * MS_A_TICK);
  }
}
