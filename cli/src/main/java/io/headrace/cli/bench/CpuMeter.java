package io.headrace.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** CPU time and memory of processes, from proc(5). Threads of the JIT and the GC count. */
final class CpuMeter {
  /** Every Linux gives user space 100 ticks a second (USER_HZ). */
  private static final long TICK_NS = 10_000_000;

  private static final int PAGE_BYTES = 4096;
  private static final int UTIME = 13;
  private static final int STIME = 14;
  private static final int IDLE = 4;
  private static final int IOWAIT = 5;

  /** CPU of a server (0 without one), of this process, and of the whole machine. */
  record Reading(long serverNs, long ownNs, long machineBusyNs) {}

  private final OptionalLong serverPid;

  CpuMeter(OptionalLong serverPid) {
    this.serverPid = serverPid;
  }

  Reading read() {
    return new Reading(
        serverPid.isPresent() ? processNs(serverPid.getAsLong()) : 0,
        processNs(ProcessHandle.current().pid()),
        machineNs());
  }

  /** Resident memory of the server in bytes. */
  OptionalLong serverBytes() {
    if (serverPid.isEmpty()) {
      return OptionalLong.empty();
    }
    var fields = text(Path.of("/proc", serverPid.getAsLong() + "", "statm")).split(" ", -1);
    return OptionalLong.of(Long.parseLong(fields[1]) * PAGE_BYTES);
  }

  private static long processNs(long pid) {
    var stat = text(Path.of("/proc", Long.toString(pid), "stat"));
    // The name, in parentheses, may hold blanks; the state behind it is the third field.
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME - 2]) + Long.parseLong(fields[STIME - 2])) * TICK_NS;
  }

  private static long machineNs() {
    var fields = text(Path.of("/proc/stat")).lines().findFirst().orElse("").split(" +", -1);
    long ticks = 0;
    for (int i = 1; i < Math.min(fields.length, 9); i++) {
      if (i != IDLE && i != IOWAIT) {
        ticks += Long.parseLong(fields[i]);
      }
    }
    return ticks * TICK_NS;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BenchException("the server's process has gone: there is no " + file, e);
    } catch (IOException e) {
      throw new BenchException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
