package io.headrace.server.captures;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that captures are kept in, one each, written on a thread of their own. They are
 * evidence, not data: a file that cannot be written is said in the log, and the server goes on; the
 * capture is then in memory only. Nothing is forced to the disk.
 */
public final class CaptureFiles implements AutoCloseable {
  /** The name of their directory, in the data directory. */
  public static final String DIRECTORY = "captures";

  /** Writes and removals that may wait. Beyond that a capture is in memory only. */
  static final int WAITING_MAX = 256;

  /** The least time between two lines of the log. */
  static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /** The largest file that is read, in bytes; no capture is as large. */
  static final long FILE_BYTES_MAX = 1L << 20;

  /** How long {@link #close} waits for what is not written yet. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(CaptureFiles.class);
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.capture");
  private static final String UNFINISHED = ".tmp";

  private final Optional<Path> directory;
  private final List<Captures.Kept> left = new ArrayList<>();
  private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Thread writer = Thread.ofVirtual().name("headrace-captures").unstarted(this::run);
  private long lastId;
  private long loggedAtNs = System.nanoTime() - LOG_INTERVAL.toNanos();
  private final AtomicLong unwritten = new AtomicLong();

  private sealed interface Work {
    record Write(Captures.Kept kept) implements Work {}

    record Delete(long id) implements Work {}

    record End() implements Work {}
  }

  private CaptureFiles(Optional<Path> directory) {
    this.directory = directory;
  }

  /** No files. */
  public static CaptureFiles nowhere() {
    return new CaptureFiles(Optional.empty());
  }

  /**
   * The files below a data directory; their own directory is made with the first of them.
   *
   * @param newest how many of them are read; the older ones are removed
   */
  public static CaptureFiles in(Path data, int newest) {
    var files = new CaptureFiles(Optional.of(data.resolve(DIRECTORY)));
    files.load(newest);
    files.writer.start();
    return files;
  }

  /** What was there at the start. */
  List<Captures.Kept> left() {
    return List.copyOf(left);
  }

  /** The highest id that was there at the start, or 0. */
  long lastId() {
    return lastId;
  }

  /** How many files were not written or removed: they could not be, or too many waited. */
  public long unwritten() {
    return unwritten.get();
  }

  void write(Captures.Kept kept) {
    offer(new Work.Write(kept));
  }

  void delete(long id) {
    offer(new Work.Delete(id));
  }

  private void offer(Work work) {
    if (directory.isPresent() && !waiting.offer(work)) {
      unwritten.incrementAndGet();
    }
  }

  private void load(int newest) {
    Path from = directory.orElseThrow();
    try (Stream<Path> listed = Files.list(from)) {
      List<Path> files =
          listed.sorted(Comparator.comparingLong(CaptureFiles::idOf).reversed()).toList();
      for (Path file : files) {
        if (idOf(file) == 0) {
          removeUnfinished(file);
        } else if (left.size() < newest) {
          lastId = Math.max(lastId, idOf(file));
          load(file);
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // There was no capture yet.
    } catch (IOException e) {
      complain("the captures in " + from + " cannot be read: " + e);
    }
  }

  private static void removeUnfinished(Path file) throws IOException {
    if (file.toString().endsWith(UNFINISHED)) {
      Files.deleteIfExists(file);
    }
  }

  private void load(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      complain(file + " is too large for a capture: it is left alone. Remove it");
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      Capture capture = CaptureFormat.read(bytes);
      if (capture.id() == idOf(file)) {
        left.add(new Captures.Kept(capture, bytes));
      } else {
        complain(file + " is the capture " + capture.id() + " by another name: it is left alone");
      }
    } catch (IllegalArgumentException e) {
      complain(file + " is left alone: " + e.getMessage());
    }
  }

  private static long idOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  private void run() {
    try {
      while (true) {
        switch (waiting.take()) {
          case Work.Write(var kept) -> writeFile(kept.capture().id(), kept.written());
          case Work.Delete(var id) -> deleteFile(id);
          case Work.End() -> {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path file(long id) {
    return directory.orElseThrow().resolve(id + ".capture");
  }

  /** Bodies are nobody else's business: only this user may read them. */
  private void writeFile(long id, byte[] bytes) {
    Path file = file(id);
    Path unfinished = file.resolveSibling(id + ".capture" + UNFINISHED);
    try {
      makeDirectory();
      Files.deleteIfExists(unfinished);
      Files.createFile(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(unfinished, bytes, StandardOpenOption.WRITE);
      move(unfinished, file);
    } catch (IOException | UnsupportedOperationException e) {
      unwritten.incrementAndGet();
      complain("the capture " + id + " is in memory only: " + file + " cannot be written: " + e);
    }
  }

  private void makeDirectory() throws IOException {
    Path made = directory.orElseThrow();
    if (!Files.isDirectory(made)) {
      Files.createDirectory(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void deleteFile(long id) {
    try {
      Files.deleteIfExists(file(id));
    } catch (FileSystemException e) {
      complain(e.getFile() + " cannot be removed: " + e);
    } catch (IOException e) {
      complain(file(id) + " cannot be removed: " + e);
    }
  }

  /** Says it in the log, but not again and again. */
  private void complain(String message) {
    long now = System.nanoTime();
    if (now - loggedAtNs >= LOG_INTERVAL.toNanos()) {
      loggedAtNs = now;
      LOG.warn("{}", message);
    }
  }

  /** Waits until what it was handed is written, for two seconds at most. May be called twice. */
  @Override
  public void close() {
    if (directory.isEmpty()) {
      return;
    }
    try {
      if (waiting.offer(new Work.End(), CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean _ = writer.join(CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
