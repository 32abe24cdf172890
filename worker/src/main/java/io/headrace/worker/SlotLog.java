package io.headrace.worker;

import io.headrace.worker.process.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The file that what a slot's scripts say is appended to. A full one is moved to the next number,
 * and the oldest is forgotten. Where it cannot be written that is said once, and the jobs go on.
 */
final class SlotLog implements Sink, AutoCloseable {
  private final ScriptTask.LogPlan plan;
  private final Path file;
  private final Consumer<String> note;
  private Optional<OutputStream> out = Optional.empty();
  private long bytes;
  private boolean failed;

  SlotLog(ScriptTask.LogPlan plan, String name, Consumer<String> note) {
    this.plan = plan;
    this.file = plan.folder().resolve(name + ".log");
    this.note = note;
  }

  @Override
  public void take(byte[] chunk, int length) {
    if (failed) {
      return;
    }
    try {
      if (bytes + length > plan.bytesMax()) {
        rotate();
      }
      open().write(chunk, 0, length);
      bytes += length;
    } catch (IOException e) {
      failed = true;
      note.accept(file + ": not written any more: " + e.getMessage() + "; the jobs go on");
    }
  }

  private OutputStream open() throws IOException {
    if (out.isEmpty()) {
      Files.createDirectories(plan.folder());
      out =
          Optional.of(
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      bytes = Files.size(file);
    }
    return out.get();
  }

  private void rotate() throws IOException {
    close();
    for (int i = plan.files() - 1; i >= 1; i--) {
      var older = i == 1 ? file : numbered(i - 1);
      if (Files.exists(older)) {
        Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (plan.files() == 1) {
      Files.deleteIfExists(file);
    }
    bytes = 0;
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() throws IOException {
    if (out.isPresent()) {
      out.get().close();
      out = Optional.empty();
    }
  }
}
