package io.headrace.worker.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Removes what scripts have left. It follows no symbolic link, also not one that is put in the
 * place of a folder meanwhile: each name is looked up in the folder that is open, never by a path.
 */
public final class Removal {
  /** Each level takes a descriptor. What lies deeper is moved up first. */
  private static final int LEVELS_MAX = 50;

  private static final Set<PosixFilePermission> NEEDED =
      PosixFilePermissions.fromString("rwx------");
  private static final boolean ROOT = System.getProperty("user.name", "").equals("root");

  private final SecureDirectoryStream<Path> top;
  private int moved;

  private Removal(SecureDirectoryStream<Path> top) {
    this.top = top;
  }

  /**
   * Empties a folder.
   *
   * @throws IOException when something in it cannot be removed
   */
  public static void empty(Path folder) throws IOException {
    boolean more = true;
    while (more) {
      try (var entries = Files.newDirectoryStream(folder)) {
        var removal = new Removal(secure(entries));
        removal.empty(removal.top, 1);
        more = removal.moved > 0;
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> entries) {
    if (entries instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new UnsupportedSystemException(
        "this system has no openat(2), by which files are removed");
  }

  private void empty(SecureDirectoryStream<Path> folder, int level) throws IOException {
    for (var entry : folder) {
      var name = entry.getFileName();
      var view =
          folder.getFileAttributeView(
              name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      var attributes = view.readAttributes();
      if (!attributes.isDirectory()) {
        folder.deleteFile(name);
        continue;
      }
      if (!ROOT) {
        open(folder, name, attributes.permissions());
      }
      if (level == LEVELS_MAX) {
        var next = Path.of("deep-" + System.nanoTime() + '-' + moved++);
        folder.move(name, top, next);
      } else {
        try (var below = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          empty(below, level + 1);
        }
        folder.deleteDirectory(name);
      }
    }
  }

  /**
   * Who is not root needs all rights to a folder to empty it. Root does not, and must not: the name
   * may be that of a link by now.
   */
  private static void open(
      SecureDirectoryStream<Path> folder, Path name, Set<PosixFilePermission> rights)
      throws IOException {
    if (!rights.containsAll(NEEDED)) {
      folder.getFileAttributeView(name, PosixFileAttributeView.class).setPermissions(NEEDED);
    }
  }
}
