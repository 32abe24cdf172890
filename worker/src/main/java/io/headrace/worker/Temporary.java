package io.headrace.worker;

import io.headrace.worker.process.FolderLock;
import io.headrace.worker.process.Removal;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * The folder for temporary files of one supervisor. It is locked as long as its supervisor lives:
 * so that the next one knows what was left by one that was killed, and removes it.
 */
final class Temporary implements AutoCloseable {
  private static final String PREFIX = "headrace-work-";

  /** Somebody who cleans up may take a new folder away before it is locked. */
  private static final int TRIES_MAX = 10;

  private static final String OWNER = "unix:uid";

  private final Path under;
  private final Path folder;
  private final FolderLock lock;
  private final Object owner;

  private Temporary(Path under, Path folder, FolderLock lock) throws IOException {
    this.under = under;
    this.folder = folder;
    this.lock = lock;
    this.owner = Files.getAttribute(folder, OWNER);
  }

  /** Makes one. */
  static Temporary make(Path under) throws IOException {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      var folder = Files.createTempDirectory(under, PREFIX);
      var lock = FolderLock.tryOn(folder);
      if (lock.isPresent()) {
        // Whoever the scripts run as goes through it to the folder of its slot.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        return new Temporary(under, folder, lock.get());
      }
    }
    throw new IOException("no folder below " + under + " stays there; something removes them");
  }

  Path folder() {
    return folder;
  }

  /** Removes the folders of the same user beside it that nobody has locked. */
  void removeLeftBehind(Consumer<String> note) {
    try (var all = Files.newDirectoryStream(under, PREFIX + "*")) {
      for (var one : all) {
        removeUnlessOwned(one, note);
      }
    } catch (IOException | DirectoryIteratorException e) {
      note.accept("what others have left in " + under + " stays there: " + e.getMessage());
    }
  }

  private void removeUnlessOwned(Path other, Consumer<String> note) {
    var taken = FolderLock.tryOn(other);
    if (taken.isEmpty()) {
      return;
    }
    try (var its = taken.get()) {
      if (owner.equals(Files.getAttribute(its.path(), OWNER))) {
        Removal.empty(its.path());
        Files.delete(other);
      }
    } catch (IOException e) {
      note.accept(other + " was left by a supervisor that was killed; remove it: " + e);
    }
  }

  /** Removes it; its slots have removed theirs. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder);
    lock.close();
  }
}
