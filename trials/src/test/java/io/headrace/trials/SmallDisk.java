package io.headrace.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of few megabytes in memory, mounted while this is open. Needs root. */
final class SmallDisk implements AutoCloseable {

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  static SmallDisk mount(Path folder, int megabytes) throws IOException {
    Tools.requireRoot("to mount a small disk");
    Files.createDirectories(folder);
    var outcome =
        Run.command(
            "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
    if (outcome.exit() != 0) {
      throw new AssertionError("Cannot mount a small disk: " + outcome.all());
    }
    return new SmallDisk(folder);
  }

  /** A directory on it. */
  Path folder() {
    return folder;
  }

  /** Bytes that are free. */
  private long freeBytes() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /** Fills it with a file. A server that takes room meanwhile does not disturb. */
  Path fill() throws IOException {
    var file = folder.resolve("filler");
    var block = new byte[4096];
    try (var out = Files.newOutputStream(file)) {
      while (freeBytes() >= block.length) {
        out.write(block);
      }
    } catch (IOException e) {
      if (freeBytes() >= block.length) {
        throw e;
      }
    }
    return file;
  }

  @Override
  public void close() {
    var outcome = Run.command("umount", folder.toString());
    if (outcome.exit() != 0) {
      throw new AssertionError("Cannot unmount " + folder + ": " + outcome.all());
    }
  }
}
