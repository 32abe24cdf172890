package io.headrace.cli.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads {@code headrace.toml}: keys at the top, no tables. */
final class TomlFile {
  private TomlFile() {}

  static void read(Path path, Configuration configuration) {
    try {
      var parsed = Toml.parse(path);
      if (parsed.hasErrors()) {
        var error = parsed.errors().getFirst();
        throw new ConfigurationException(
            new Origin.Line(path, error.position().line()) + ": " + error.getMessage());
      }
      for (var key : parsed.keySet()) {
        set(path, parsed, key, configuration);
      }
    } catch (IOException e) {
      throw new ConfigurationException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void set(Path path, TomlTable file, String key, Configuration configuration) {
    var where = new Origin.Line(path, line(file.inputPositionOf(List.of(key))));
    var known = Settings.ALL.stream().map(Setting::key).toList();
    var setting =
        Settings.ALL.stream()
            .filter(one -> one.key().equals(key))
            .findFirst()
            .orElseThrow(() ->
                new ConfigurationException(
                    where
                        + ": unknown key '"
                        + key
                        + "'. "
                        + Nearest.to(key, known)
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse("Known are " + String.join(", ", known))));
    configuration.set(setting, texts(setting, where, file.get(List.of(key))), where);
  }

  private static List<String> texts(Setting<?> setting, Origin where, Object value) {
    if (value instanceof TomlArray array && setting.many()) {
      var texts = new ArrayList<String>();
      for (int i = 0; i < array.size(); i++) {
        texts.add(text(setting, where, array.get(i)));
      }
      return texts;
    }
    return List.of(text(setting, where, value));
  }

  private static String text(Setting<?> setting, Origin where, Object value) {
    if (value instanceof String || value instanceof Long || value instanceof Boolean) {
      return value.toString();
    }
    throw new ConfigurationException(
        where
            + ": "
            + setting.key()
            + (setting.many()
                ? " must be a text or a list of texts"
                : " must be one text, number or truth, a text in quotes"));
  }

  private static int line(TomlPosition position) {
    return position.line();
  }
}
