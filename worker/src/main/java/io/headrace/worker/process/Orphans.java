package io.headrace.worker.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that have lost their parents. This process adopts those of its scripts, so that none
 * escapes by leaving its session.
 */
public final class Orphans {
  private static final int SELF = (int) ProcessHandle.current().pid();

  /** What is adopted is a child of the first thread, whose number is that of the process. */
  private static final String ADOPTED = SELF + "/task/" + SELF + "/children";

  /** A killed process that takes longer stands in the kernel: the guardian sees to it later. */
  private static final long GONE_WITHIN_NS = 5_000_000_000L;

  private static final long LOOK_AGAIN_NS = 500_000;

  private Orphans() {}

  /** Adopts those of all scripts from now on. */
  public static void adopt() {
    if (!Files.exists(Path.of("/proc", ADOPTED))) {
      throw new UnsupportedSystemException(
          "this kernel has no /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN), by which orphans"
              + " of scripts are found");
    }
    int life = Libc.processDescriptor(SELF);
    if (life < 0) {
      throw new UnsupportedSystemException(
          "this kernel has no pidfd_open(2), by which the end of a script is seen: 5.3 or"
              + " newer has");
    }
    Libc.close(life);
    Libc.adoptOrphans();
  }

  /** Kills all of this session or mark, and waits until they are gone; returns how many. */
  static int kill(int session, String mark, Scratch scratch) {
    long beganNs = System.nanoTime();
    var killed = new HashSet<Integer>();
    while (true) {
      boolean found = false;
      for (int pid : adopted()) {
        var row = ProcRow.of(pid);
        if (row.filter(ProcRow::isZombie).isPresent()) {
          // It may have left children since the list was read.
          found |= Libc.wait(pid, scratch.status, Libc.WNOHANG, scratch.usage) == pid;
        } else if (row.filter(it -> it.session() == session || it.carries(mark)).isPresent()) {
          found = true;
          if (Libc.kill(pid, Libc.SIGKILL) == 0) {
            killed.add(pid);
          }
        }
      }
      if (!found || System.nanoTime() - beganNs > GONE_WITHIN_NS) {
        return killed.size();
      }
      LockSupport.parkNanos(LOOK_AGAIN_NS);
    }
  }

  private static List<Integer> adopted() {
    var text = ProcFile.text(ADOPTED);
    if (text.isEmpty()) {
      return List.of();
    }
    var all = new ArrayList<Integer>();
    for (var word : text.strip().split(" ", -1)) {
      all.add(Integer.valueOf(word));
    }
    return all;
  }
}
