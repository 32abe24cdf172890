package io.headrace.cli;

import io.headrace.worker.WorkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Files that say what several tubes are worked by. */
final class WorkersFile {
  private static final String COMMAND = "command";

  private WorkersFile() {}

  /**
   * One tube.
   *
   * @param words all that is said of it
   */
  record Entry(String where, List<String> words, WorkPlan plan) {}

  /**
   * A table a tube: {@code command} is a list, not there for web requests, and every other key an
   * option of the verb.
   */
  static List<Entry> toml(Path file) throws IOException {
    var parsed = Toml.parse(read(file));
    if (parsed.hasErrors()) {
      throw new Failure(Exit.USAGE, file + ": " + parsed.errors().getFirst());
    }
    var entries = new ArrayList<Entry>();
    for (var tube : parsed.keySet()) {
      var where = file + ", [" + tube + "]";
      if (!(parsed.get(List.of(tube)) instanceof TomlTable table)) {
        throw new Failure(
            Exit.USAGE, file + ": '" + tube + "' stands outside a table; write [TUBE] above it");
      }
      var command = command(where, table);
      var words = new ArrayList<>(List.of(tube));
      for (var key : table.keySet()) {
        if (!key.equals(COMMAND)) {
          addOption(words, where, key, table.get(List.of(key)));
        }
      }
      words.add("--");
      words.addAll(command);
      entries.add(entry(where, words));
    }
    return checked(file, entries);
  }

  private static List<String> command(String where, TomlTable table) {
    var value = table.get(COMMAND);
    if (value instanceof TomlArray command) {
      return command.toList().stream().map(String::valueOf).toList();
    }
    if (value == null && Boolean.TRUE.equals(table.get("http"))) {
      return List.of();
    }
    throw new Failure(
        Exit.USAGE, where + ": command = [\"./script.sh\"] is missing, or http = true");
  }

  private static void addOption(
      List<String> words, String where, String key, @Nullable Object value) {
    switch (value) {
      case Boolean on when on -> words.add("--" + key);
      case Boolean _ -> {}
      case TomlArray all ->
          all.toList().forEach(one -> words.addAll(List.of("--" + key, String.valueOf(one))));
      case String text -> words.addAll(List.of("--" + key, text));
      case Long number -> words.addAll(List.of("--" + key, number.toString()));
      case null, default ->
          throw new Failure(Exit.USAGE, where + ": " + key + " is no text, number or list");
    }
  }

  /** The program sections of supervisord's configuration: its names are the tubes. */
  static List<Entry> supervisord(Path file) throws IOException {
    var entries = new ArrayList<Entry>();
    for (var program : SupervisordFile.programs(read(file))) {
      var where = file + ", [program:" + program.name() + "]";
      if (!program.ignored().isEmpty()) {
        Output.note(where + ": not taken over: " + String.join(", ", program.ignored()));
      }
      entries.add(entry(where, program.words()));
    }
    return checked(file, entries);
  }

  private static List<Entry> checked(Path file, List<Entry> entries) {
    if (entries.isEmpty()) {
      throw new Failure(Exit.USAGE, file + " names no tube");
    }
    return entries;
  }

  private static String read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new Failure(Exit.USAGE, file + " is not there");
    }
    return Files.readString(file);
  }

  private static Entry entry(String where, List<String> words) {
    var options = new WorkOptions();
    try {
      new CommandLine(options).parseArgs(words.toArray(String[]::new));
      return new Entry(where, List.copyOf(words), options.plan());
    } catch (ParameterException | Failure | IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, where + ": " + e.getMessage(), e);
    }
  }
}
