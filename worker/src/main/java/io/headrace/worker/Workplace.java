package io.headrace.worker;

import io.headrace.worker.process.Folder;
import io.headrace.worker.process.Removal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The temporary folder of a slot: each script finds it empty. */
final class Workplace implements AutoCloseable {
  private static final String BODY = "body";

  private final Path folder;
  private final Folder content;
  private final Optional<String> owner;

  /** Makes it; {@code owner} is whom scripts run as, when that is another. */
  Workplace(Path folder, Optional<String> owner) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.owner = owner;
    give(folder);
    this.content = new Folder(folder);
  }

  Path folder() {
    return folder;
  }

  /** Writes a body where a script can read it. */
  Path keep(byte[] body) throws IOException {
    var file = Files.write(folder.resolve(BODY), body);
    give(file);
    return file;
  }

  private void give(Path file) throws IOException {
    if (owner.isPresent()) {
      var users = file.getFileSystem().getUserPrincipalLookupService();
      Files.setOwner(file, users.lookupPrincipalByName(owner.get()));
    }
  }

  /** Removes whatever a script has left. */
  void clean() {
    if (content.isEmpty()) {
      return;
    }
    try {
      Removal.empty(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be emptied: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    content.close();
    Removal.empty(folder);
    Files.delete(folder);
  }
}
