package io.headrace.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of some files, and made again when they change. A change that is of no use leaves
 * what there is in force, and is said once.
 */
public final class Reloaded<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

  private final List<Path> files;
  private final Supplier<T> reader;
  private volatile T current;
  private List<Stamp> tried;
  private List<Stamp> seen;

  /** What tells that a file was changed; nothing of one that is not there. */
  private record Stamp(Optional<FileTime> modified, long bytes, Optional<Object> key) {
    private static final Stamp MISSING = new Stamp(Optional.empty(), 0, Optional.empty());

    static Stamp of(Path file) {
      try {
        var facts = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
            Optional.of(facts.lastModifiedTime()),
            facts.size(),
            Optional.ofNullable(facts.fileKey()));
      } catch (IOException e) {
        return MISSING;
      }
    }
  }

  /**
   * Reads the files for the first time.
   *
   * @param reader reads them; throws {@link UnusableFileException} when they are of no use
   */
  public Reloaded(List<Path> files, Supplier<T> reader) {
    this.files = List.copyOf(files);
    this.reader = reader;
    // Before it is read: what changes meanwhile is read again.
    tried = stamps();
    seen = tried;
    current = reader.get();
  }

  private List<Stamp> stamps() {
    return files.stream().map(Stamp::of).toList();
  }

  /** What was made of them last. Called on any thread; costs nothing to speak of. */
  public T get() {
    return current;
  }

  /**
   * Looks whether they have changed, and reads them again when they have come to rest: not between
   * the change of a certificate and that of its key. Called by one thread, off the loop.
   */
  public void look() {
    List<Stamp> now = stamps();
    boolean rests = now.equals(seen);
    seen = now;
    if (!rests || now.equals(tried)) {
      return;
    }
    tried = now;
    try {
      current = reader.get();
      LOG.info("{} changed and was read again", files);
    } catch (UnusableFileException e) {
      LOG.warn("{}: {}. Until then what was read before stays", e.setting(), e.getMessage());
    }
  }
}
