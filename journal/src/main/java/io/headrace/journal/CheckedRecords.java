package io.headrace.journal;

import io.headrace.queue.Command;
import java.util.Arrays;

/**
 * The records of one batch, decoded while the batch is checked and kept until it is known to be
 * good: so that none is decoded twice.
 */
final class CheckedRecords {
  private static final int AT_START = 256;

  private Command[] commands = new Command[AT_START];
  private long[] stampsNs = new long[AT_START];
  private long[] ends = new long[AT_START];
  private int size;

  void clear() {
    Arrays.fill(commands, 0, size, null);
    size = 0;
  }

  /**
   * Keeps one.
   *
   * @param end where in the file its fields end, and so its body begins if it has one
   */
  void add(long stampNs, Command command, long end) {
    if (size == commands.length) {
      int larger = size * 2;
      commands = Arrays.copyOf(commands, larger);
      stampsNs = Arrays.copyOf(stampsNs, larger);
      ends = Arrays.copyOf(ends, larger);
    }
    commands[size] = command;
    stampsNs[size] = stampNs;
    ends[size] = end;
    size++;
  }

  int size() {
    return size;
  }

  Command command(int at) {
    return commands[at];
  }

  long stampNs(int at) {
    return stampsNs[at];
  }

  long end(int at) {
    return ends[at];
  }
}
