package io.headrace.cli;

import io.headrace.cli.config.Nearest;
import io.headrace.worker.WorkPlan;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
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
  record Entry(List<String> words, WorkPlan plan) {}

  /** A table a tube: {@code command} is a list, every other key an option of the verb. */
  static List<Entry> toml(Path file) throws IOException {
    var parsed = Toml.parse(read(file));
    if (parsed.hasErrors()) {
      var error = parsed.errors().getFirst();
      throw new FilePlace(file, "", error.position().line(), Map.of())
          .wrong(String.valueOf(error.getMessage()));
    }
    var entries = new ArrayList<Entry>();
    for (var tube : parsed.keySet()) {
      int line = parsed.inputPositionOf(List.of(tube)).line();
      var value = parsed.get(List.of(tube));
      if (!(value instanceof TomlTable table)) {
        throw new FilePlace(file, "", line, Map.of())
            .wrong("'" + tube + "' stands outside a table; write [TUBE] above it");
      }
      entries.add(entry(file, tube, line, table));
    }
    return checked(file, entries);
  }

  private static Entry entry(Path file, String tube, int line, TomlTable table) {
    var lines = new LinkedHashMap<String, Integer>();
    for (var key : table.keySet()) {
      lines.put(
          key.equals(COMMAND) ? FilePlace.COMMAND : "--" + key,
          table.inputPositionOf(List.of(key)).line());
    }
    var place = new FilePlace(file, "[" + tube + "]", line, lines);
    var words = new ArrayList<String>();
    for (var key : table.keySet()) {
      if (!key.equals(COMMAND)) {
        words.addAll(option(place, key, table.get(List.of(key))));
      }
    }
    words.add("--");
    words.add(tube);
    words.addAll(command(place, table));
    return entry(place, words);
  }

  private static List<String> command(FilePlace place, TomlTable table) {
    var value = table.get(List.of(COMMAND));
    if (value instanceof TomlArray words) {
      return words.toList().stream().map(String::valueOf).toList();
    }
    if (value != null) {
      throw place.wrong("command is a list of words; write command = [\"./script.sh\", \"word\"]");
    }
    if (Boolean.TRUE.equals(table.get(List.of("http")))) {
      return List.of();
    }
    throw place.wrong("command = [\"./script.sh\"] is missing, or http = true");
  }

  private static List<String> option(FilePlace place, String key, @Nullable Object value) {
    var known = new CommandLine(new WorkOptions()).getCommandSpec().optionsMap();
    var name = "--" + key;
    var option = known.get(name);
    if (option == null) {
      var keys = known.keySet().stream().map(each -> each.replaceFirst("^--", "")).toList();
      throw place.wrong(
          name,
          "unknown key '"
              + key
              + "'. "
              + Nearest.to(key, keys)
                  .map(near -> "Did you mean '" + near + "'?")
                  .orElse("Known are command, " + String.join(", ", keys)));
    }
    if (isFlag(option)) {
      if (value instanceof Boolean on) {
        return on ? List.of(name) : List.of();
      }
      throw place.wrong(name, key + " is true or false, without quotes");
    }
    return switch (value) {
      case TomlArray all -> all.toList().stream().map(one -> name + "=" + one).toList();
      case String text -> List.of(name + "=" + text);
      case Long number -> List.of(name + "=" + number);
      case null, default -> throw place.wrong(name, key + " is no text in quotes, number or list");
    };
  }

  private static boolean isFlag(OptionSpec option) {
    return option.arity().max() == 0;
  }

  /** The program sections of supervisord's configuration: its names are the tubes. */
  static List<Entry> supervisord(Path file) throws IOException {
    var entries = new ArrayList<Entry>();
    for (var program : SupervisordFile.programs(file, read(file))) {
      if (!program.ignored().isEmpty()) {
        Output.note(
            program.place().text() + " not taken over: " + String.join(", ", program.ignored()));
      }
      entries.add(entry(program.place(), program.words()));
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
    if (!Files.isRegularFile(file)) {
      throw new Failure(Exit.USAGE, file + (Files.exists(file) ? " is no file" : " is not there"));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Failure(Exit.USAGE, file + " is no text in UTF-8; write it anew", e);
    }
  }

  private static Entry entry(FilePlace place, List<String> words) {
    var options = new WorkOptions();
    try {
      new CommandLine(options).parseArgs(words.toArray(String[]::new));
      return new Entry(List.copyOf(words), options.plan());
    } catch (ParameterException | Failure | IllegalArgumentException e) {
      throw place.wrong(String.valueOf(e.getMessage()));
    }
  }
}
