package io.headrace.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the slots of a supervisor do, in a file that anybody may read who is the same user: a line a
 * slot, {@code key=value} with tabs between.
 */
public final class StatusFile implements AutoCloseable {
  private static final String SUFFIX = ".slots";
  private static final String FOLDER = "headrace-workers";

  private final Path file;
  private final String facts;

  private StatusFile(Path file, String facts) {
    this.file = file;
    this.facts = facts;
  }

  /** A folder that nobody else may write to: not the one for temporary files. */
  private static Path folder() {
    if (System.getProperty("user.name", "").equals("root")) {
      return Path.of("/run", FOLDER);
    }
    return Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
        .map(Path::of)
        .filter(Files::isWritable)
        .orElse(Path.of(System.getProperty("user.home", "/"), ".cache"))
        .resolve(FOLDER);
  }

  /** That of a supervisor, by a word that no other of this process has. */
  static StatusFile of(WorkPlan plan, String token) {
    long pid = ProcessHandle.current().pid();
    return new StatusFile(
        folder().resolve(pid + "-" + token + SUFFIX),
        "supervisor="
            + pid
            + "\ttube="
            + String.join(",", plan.tubes())
            + "\ttask="
            + plan.task().name());
  }

  /** Replaces what it says. It is a convenience: where it cannot be written nothing is told. */
  void write(List<SlotStatus> slots, String script) {
    var text = new StringBuilder();
    for (var slot : slots) {
      text.append(facts)
          .append("\tslot=" + slot.slot())
          .append("\tstate=" + slot.state())
          .append("\tsince=" + slot.since().toEpochMilli())
          .append("\tjob=" + slot.job())
          .append("\tpid=" + slot.pid())
          .append("\tdone=" + slot.done())
          .append("\tfailed=" + slot.failed())
          .append("\tdeaths=" + slot.deaths())
          .append("\tmemory=" + slot.memoryBytes())
          .append("\tscript=" + script)
          .append('\n');
    }
    try {
      Files.createDirectories(file.getParent());
      var next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return;
    }
  }

  /** Those of all supervisors of this user that run, a row a slot. */
  public static List<Map<String, String>> all() throws IOException {
    var rows = new ArrayList<Map<String, String>>();
    if (!Files.isDirectory(folder())) {
      return rows;
    }
    try (var files = Files.newDirectoryStream(folder(), "*" + SUFFIX)) {
      for (var file : files) {
        long pid = Long.parseLong(file.getFileName().toString().split("-", 2)[0]);
        if (ProcessHandle.of(pid).isEmpty()) {
          Files.deleteIfExists(file);
          continue;
        }
        for (var line : Files.readAllLines(file)) {
          rows.add(row(line));
        }
      }
    }
    return rows;
  }

  private static Map<String, String> row(String line) {
    var row = new LinkedHashMap<String, String>();
    for (var fact : line.split("\t", -1)) {
      int equals = fact.indexOf('=');
      row.put(fact.substring(0, equals), fact.substring(equals + 1));
    }
    var since =
        Instant.ofEpochMilli(Long.parseLong(Optional.ofNullable(row.remove("since")).orElse("0")));
    var script = Optional.ofNullable(row.remove("script")).orElse("");
    row.put("seconds", Long.toString(Duration.between(since, Instant.now()).toSeconds()));
    // In a table its sentence stands at the end.
    row.put("script", script);
    return row;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
