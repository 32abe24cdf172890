package io.headrace.server.beanstalk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Processor time from {@code /proc/self/stat} (proc(5), fields 14 and 15), in steps of 10 ms. The
 * file stays open, so that it can be read when no descriptor is left.
 */
public final class ProcCpuTimes implements CpuTimes, AutoCloseable {
  /** The kernel counts in hundredths of a second on all that Linux runs on with a JVM. */
  private static final long MICROS_PER_TICK = 10_000;

  /** The line is some 350 bytes; the process's own name in it is at most 64. */
  private static final int LINE_BYTES_MAX = 1024;

  /** Field 14 counted from field 3, the first behind the name in parentheses. */
  private static final int USER_FIELD = 11;

  /** What was read is good for as long as the kernel's steps: a look costs 0.1 ms. */
  private static final long GOOD_FOR_NS = MICROS_PER_TICK * 1_000;

  private final FileChannel file;
  private final ByteBuffer line = ByteBuffer.allocate(LINE_BYTES_MAX);
  private boolean known;
  private long readAtNanos;
  private long userMicros;
  private long systemMicros;

  private ProcCpuTimes(FileChannel file) {
    this.file = file;
  }

  /** Opens the times of this process; {@link CpuTimes#NONE} where the system shows none. */
  public static CpuTimes open() {
    try {
      return new ProcCpuTimes(
          FileChannel.open(Path.of("/proc/self/stat"), StandardOpenOption.READ));
    } catch (IOException e) {
      return CpuTimes.NONE;
    }
  }

  @Override
  public long userMicros() {
    read();
    return userMicros;
  }

  @Override
  public long systemMicros() {
    read();
    return systemMicros;
  }

  /** Reads both; they stay as they were when the system does not show them. */
  private void read() {
    long now = System.nanoTime();
    if (known && now - readAtNanos < GOOD_FOR_NS) {
      return;
    }
    known = true;
    readAtNanos = now;
    try {
      line.clear();
      int bytes = file.read(line, 0);
      if (bytes > 0) {
        String text = new String(line.array(), 0, bytes, StandardCharsets.ISO_8859_1);
        List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
        userMicros = Long.parseLong(fields.get(USER_FIELD)) * MICROS_PER_TICK;
        systemMicros = Long.parseLong(fields.get(USER_FIELD + 1)) * MICROS_PER_TICK;
      }
    } catch (IOException e) {
      // The last known times stand.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
