package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of the file system, locked against other processes while it is open. */
public final class FileDisk implements Disk {
  /** The file whose lock says that a process uses the directory; it holds that process's pid. */
  static final String LOCK = "lock";

  private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<StandardOpenOption> READ_AND_WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path directory;
  private final Optional<FileChannel> lock;
  private final Set<StandardOpenOption> options;

  private FileDisk(Path directory, Optional<FileChannel> lock, Set<StandardOpenOption> options) {
    this.directory = directory;
    this.lock = lock;
    this.options = options;
  }

  /**
   * Creates the directory if need be, and locks it.
   *
   * @throws JournalException when it cannot be used, or another process uses it
   */
  public static FileDisk open(Path directory) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new JournalException(
          directory + " is a file, not a directory; name another data directory");
    }
    try {
      createDurably(directory.toAbsolutePath());
      FileChannel lock =
          lock(
              directory,
              false,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      writePid(lock, directory);
      return new FileDisk(directory, Optional.of(lock), READ_AND_WRITE);
    } catch (IOException e) {
      throw new JournalException(
          "cannot use "
              + directory
              + " as data directory: "
              + reason(e)
              + "; check that this user"
              + " may write there",
          e);
    }
  }

  /**
   * Opens a directory to look only: nothing in it is changed. No server runs on it meanwhile,
   * unless none ever did before.
   *
   * @throws JournalException when it cannot be read, or another process uses it
   */
  public static FileDisk openToRead(Path directory) {
    try {
      Optional<FileChannel> lock =
          Files.exists(directory.resolve(LOCK))
              ? Optional.of(lock(directory, true, StandardOpenOption.READ))
              : Optional.empty();
      return new FileDisk(directory, lock, READ);
    } catch (IOException e) {
      throw new JournalException(
          "cannot read " + directory + ": " + reason(e) + "; check that this user may", e);
    }
  }

  /** Forces the name of each directory it makes, or a loss of power may take the whole of it. */
  private static void createDurably(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || Files.isDirectory(directory)) {
      return;
    }
    createDurably(parent);
    Files.createDirectories(directory);
    force(parent);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileChannel lock(Path directory, boolean shared, StandardOpenOption... options)
      throws IOException {
    Path file = directory.resolve(LOCK);
    FileChannel lock = FileChannel.open(file, options);
    if (tryLock(lock, shared).isEmpty()) {
      lock.close();
      throw new JournalException(
          directory
              + " is in use by "
              + holder(file)
              + "; stop that, or choose another data directory");
    }
    return lock;
  }

  private static Optional<FileLock> tryLock(FileChannel channel, boolean shared)
      throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, shared));
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /** A server writes its pid; who only reads does not, and the pid is that of an earlier server. */
  private static String holder(Path file) throws IOException {
    String pid = Files.readString(file, StandardCharsets.UTF_8).strip();
    boolean runs = pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
    return runs ? "process " + pid : "another process";
  }

  /** A full disk must not keep the server from starting: the pid is only for messages. */
  private static void writePid(FileChannel lock, Path directory) throws IOException {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      lock.truncate(0);
      lock.write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      if (!(FileDiskFile.refined(e, directory) instanceof DiskFullException)) {
        throw e;
      }
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return openFile(
        name,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return openFile(name, options);
  }

  private DiskFile openFile(String name, Set<StandardOpenOption> how) throws IOException {
    try {
      return new FileDiskFile(FileChannel.open(directory.resolve(name), how), directory);
    } catch (IOException e) {
      throw FileDiskFile.refined(e, directory);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Files.move(
          directory.resolve(from),
          directory.resolve(to),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("files in " + directory + " cannot be renamed atomically", e);
    } catch (IOException e) {
      throw FileDiskFile.refined(e, directory);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void forceDirectory() throws IOException {
    try {
      force(directory);
    } catch (IOException e) {
      throw FileDiskFile.refined(e, directory);
    }
  }

  @Override
  public long freeBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public String describe() {
    return directory.toString();
  }

  @Override
  public void close() throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
