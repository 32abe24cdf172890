package io.headrace.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the configuration. A flag is stronger than the environment, that is stronger than the file,
 * and that than the default.
 *
 * @param flags texts by key
 * @param environment variables by name
 * @param named the file that {@code --config} names
 */
public record ConfigurationLoader(
    Map<String, List<String>> flags, Map<String, String> environment, Optional<Path> named) {
  /** The variable that names the file. */
  public static final String FILE_VARIABLE = "HEADRACE_CONFIG";

  private static final String NAME = "headrace.toml";
  private static final Path SYSTEM_WIDE = Path.of("/etc/headrace", NAME);

  /** Reads every source. Throws {@link ConfigurationException} with one line at the first fault. */
  public Configuration load() {
    var configuration = new Configuration();
    file().ifPresent(path -> TomlFile.read(path, configuration));
    for (var setting : Settings.ALL) {
      var value = environment.getOrDefault(setting.variable(), "");
      if (!value.isEmpty()) {
        configuration.set(
            setting, items(setting, value), new Origin.Environment(setting.variable()));
      }
      var texts = flags.get(setting.key());
      if (texts != null) {
        configuration.set(setting, texts, new Origin.Flag(setting.flag()));
      }
    }
    return configuration;
  }

  /** The file that is read, if there is one. One that was named must be there. */
  public Optional<Path> file() {
    if (named.isPresent()) {
      return Optional.of(existing(named.get(), "--config"));
    }
    var variable = environment.getOrDefault(FILE_VARIABLE, "");
    if (!variable.isEmpty()) {
      return Optional.of(existing(Path.of(variable), FILE_VARIABLE));
    }
    return List.of(Path.of(NAME), SYSTEM_WIDE).stream().filter(Files::exists).findFirst();
  }

  private static Path existing(Path path, String by) {
    if (!Files.isRegularFile(path)) {
      throw new ConfigurationException(
          path + ": no such file, though " + by + " names it. Create it, or leave " + by + " out");
    }
    return path;
  }

  /** Variables that look like settings and are none: "HEADRACE_DATA_DIR" changes nothing. */
  public List<String> doubtfulVariables() {
    var known = Settings.ALL.stream().map(Setting::variable).toList();
    return environment.keySet().stream()
        .filter(name -> name.startsWith("HEADRACE_") && !known.contains(name))
        .filter(name -> !name.equals(FILE_VARIABLE))
        .filter(name -> known.stream().anyMatch(other -> isAlmost(name, other)))
        .map(name ->
            name
                + " is set, and is no setting; did you mean "
                + Nearest.to(name, known).orElse("another")
                + "?")
        .sorted()
        .toList();
  }

  private static boolean isAlmost(String name, String known) {
    return name.startsWith(known + "_") || Nearest.edits(name, known) <= 2;
  }

  static List<String> items(Setting<?> setting, String text) {
    return setting.many() ? List.of(text.split(",", -1)) : List.of(text);
  }
}
