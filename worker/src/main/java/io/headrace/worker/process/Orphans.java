package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
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
  static final String ADOPTED = "/proc/" + SELF + "/task/" + SELF + "/children";

  /** A killed process that takes longer stands in the kernel: the guardian sees to it later. */
  private static final long GONE_WITHIN_NS = 5_000_000_000L;

  private static final long LOOK_AGAIN_NS = 500_000;

  /** While one is taken from the list of the adopted, the kernel may leave out another. */
  private static final Object LIST = new Object();

  private Orphans() {}

  /** Adopts those of all scripts from now on. */
  public static void adopt() {
    if (!Files.exists(Path.of(ADOPTED))) {
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

  /**
   * What was found beside a script that has ended.
   *
   * @param others whether there are processes that lost their parents and may be its own, but are
   *     not known for it, or are not gone
   */
  record Found(int killed, boolean others) {}

  /** Kills all of this session or mark, and waits until they are gone. */
  static Found kill(int session, String mark, Scratch scratch) {
    long beganNs = System.nanoTime();
    var killed = new HashSet<Integer>();
    while (true) {
      boolean found = false;
      boolean others = false;
      for (int pid : adopted(scratch)) {
        var row = ProcRow.of(pid);
        // One that is gone, ends, or will soon may have left children since the list was read.
        if (row.isEmpty()) {
          boolean hidden = Libc.kill(pid, 0) != -Libc.ESRCH;
          found |= !hidden;
          others |= hidden;
        } else if (row.get().isZombie()) {
          found |= collect(pid, scratch);
        } else if (row.get().session() == session || row.get().carries(mark)) {
          found = true;
          if (Libc.kill(pid, Libc.SIGKILL) == 0) {
            killed.add(pid);
          }
        } else if (row.get().isInBetween()) {
          found = true;
        } else {
          others = true;
        }
      }
      if (!found || System.nanoTime() - beganNs > GONE_WITHIN_NS) {
        return new Found(killed.size(), found || others);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NS);
    }
  }

  private static boolean collect(int pid, Scratch scratch) {
    synchronized (LIST) {
      return Libc.wait(pid, scratch.status, Libc.WNOHANG, scratch.usage) == pid;
    }
  }

  private static List<Integer> adopted(Scratch scratch) {
    var text = new StringBuilder();
    long got;
    synchronized (LIST) {
      while ((got = Libc.readAt(scratch.adopted, scratch.chunk, Scratch.CHUNK_BYTES, text.length()))
          > 0) {
        MemorySegment.copy(scratch.chunk, JAVA_BYTE, 0, scratch.bytes, 0, (int) got);
        text.append(new String(scratch.bytes, 0, (int) got, ISO_8859_1));
      }
    }
    if (text.isEmpty()) {
      return List.of();
    }
    var all = new ArrayList<Integer>();
    for (var word : text.toString().strip().split(" ", -1)) {
      all.add(Integer.valueOf(word));
    }
    return all;
  }
}
