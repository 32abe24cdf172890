package io.headrace.worker.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * A lock on a folder, flock(2): it ends with this process, however that ends. Those who clean up
 * folders for temporary files, systemd-tmpfiles(8) too, leave alone what is locked.
 */
public final class FolderLock implements AutoCloseable {
  private final int descriptor;

  private FolderLock(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Takes it, if that is to be had at once.
   *
   * @return nothing where somebody has it, this process too, and where no folder is of this name,
   *     or only a symbolic link to one
   */
  public static Optional<FolderLock> tryOn(Path folder) {
    int descriptor;
    try (var arena = Arena.ofConfined()) {
      descriptor = Libc.open(arena.allocateFrom(folder.toString()));
    }
    if (descriptor < 0) {
      return Optional.empty();
    }
    var lock = new FolderLock(descriptor);
    // Whoever had it may have removed the folder since it was opened.
    if (Libc.tryLock(descriptor) == 0 && lock.isOn(folder)) {
      return Optional.of(lock);
    }
    lock.close();
    return Optional.empty();
  }

  private boolean isOn(Path folder) {
    try {
      var there =
          Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      var here = Files.readAttributes(path(), BasicFileAttributes.class);
      return there.isDirectory() && Objects.equals(there.fileKey(), here.fileKey());
    } catch (IOException e) {
      // It is gone.
      return false;
    }
  }

  /** A path to the folder itself, whatever stands under its name by now. */
  public Path path() {
    return Path.of("/proc/self/fd", Integer.toString(descriptor));
  }

  @Override
  public void close() {
    Libc.close(descriptor);
  }
}
