package io.headrace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the kernel says of the queues in which connections wait to be accepted: {@code
 * /proc/net/netstat}, whose counts are of the whole network namespace. The file stays open, so that
 * it can be read when no descriptor is left.
 *
 * <p>Used on the loop's thread.
 */
final class ListenQueues implements AutoCloseable {
  /** How long what was read is good: it takes some 50 microseconds to read it. */
  static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

  /** The file has 4 to 6 KiB; what is beyond is not read. */
  private static final int FILE_BYTES_MAX = 32 * 1024;

  private static final int LIMIT_BYTES_MAX = 32;

  private static final Path COUNTS = Path.of("/proc/net/netstat");
  private static final Path LIMIT = Path.of("/proc/sys/net/core/somaxconn");
  private static final String SECTION = "TcpExt: ";
  private static final Logger LOG = LoggerFactory.getLogger(ListenQueues.class);

  private final Optional<FileChannel> file;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(FILE_BYTES_MAX);
  private final Counts atStart;
  private Counts now;
  private long readAtNs;

  /**
   * Connections that did not get into a queue.
   *
   * @param overflows since it was full
   * @param drops for any reason
   */
  record Counts(long overflows, long drops) {
    static final Counts NONE = new Counts(0, 0);
  }

  /** Opens it; where the kernel does not tell, all counts stay 0. */
  ListenQueues(long nowNs) {
    file = open();
    atStart = read().orElse(Counts.NONE);
    now = atStart;
    readAtNs = nowNs;
  }

  private static Optional<FileChannel> open() {
    try {
      return Optional.of(FileChannel.open(COUNTS, StandardOpenOption.READ));
    } catch (IOException e) {
      LOG.debug("the kernel does not tell of its queues: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** What was counted since this was opened, at most {@link #FRESH_NS} ago. */
  Counts since(long nowNs) {
    if (nowNs - readAtNs >= FRESH_NS) {
      readAtNs = nowNs;
      now = read().orElse(now);
    }
    return new Counts(now.overflows() - atStart.overflows(), now.drops() - atStart.drops());
  }

  private Optional<Counts> read() {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      bytes.clear();
      int got = 1;
      while (got > 0) {
        got = file.get().read(bytes, bytes.position());
      }
      bytes.flip();
      return parse(StandardCharsets.US_ASCII.decode(bytes).toString());
    } catch (IOException e) {
      LOG.debug("the kernel's queues cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Finds both counts in the two lines of {@code TcpExt}: names, and their values below. */
  static Optional<Counts> parse(String text) {
    List<String> lines = text.lines().filter(line -> line.startsWith(SECTION)).toList();
    if (lines.size() != 2) {
      return Optional.empty();
    }
    List<String> names = List.of(lines.getFirst().split(" ", -1));
    List<String> values = List.of(lines.getLast().split(" ", -1));
    int overflows = names.indexOf("ListenOverflows");
    int drops = names.indexOf("ListenDrops");
    if (overflows < 0 || drops < 0 || values.size() != names.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new Counts(Long.parseLong(values.get(overflows)), Long.parseLong(values.get(drops))));
  }

  /** Warns where the kernel keeps fewer connections than a listener asks for. */
  static void warnWhereShort(int wanted) {
    try {
      shortage(limit(), wanted).ifPresent(LOG::warn);
    } catch (IOException e) {
      LOG.debug("the kernel does not tell the limit of its queues: {}", e.getMessage());
    }
  }

  /** The kernel's limit; one read, since the kernel gives such a number in one piece only. */
  static String limit() throws IOException {
    try (var in = Files.newInputStream(LIMIT)) {
      return new String(in.readNBytes(LIMIT_BYTES_MAX), StandardCharsets.US_ASCII).strip();
    }
  }

  /** What is to be said where the kernel's limit, as it writes it, is less than that. */
  static Optional<String> shortage(String limit, int wanted) {
    if (!limit.matches("\\d{1,9}") || Integer.parseInt(limit) >= wanted) {
      return Optional.empty();
    }
    return Optional.of(
        "the kernel lets only "
            + limit
            + " connections wait to be accepted, not "
            + wanted
            + ": when many peers come at once, some wait a second and longer. Raise it with 'sysctl"
            + " -w net.core.somaxconn="
            + wanted
            + "' and start the server again");
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      LOG.debug("{} did not close well: {}", COUNTS, e.getMessage());
    }
  }
}
