package io.headrace.cli.config;

import io.headrace.server.UnusableFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The effective value of each setting, and where it came from. All of them can be used. */
public final class Configuration {
  private static final Origin DEFAULT = new Origin.Default();
  private static final Entry NOTHING = new Entry(List.of(), List.of(), DEFAULT);

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(List<String> texts, List<?> values, Origin origin) {}

  Configuration() {}

  /**
   * Sets a key, over what was set before.
   *
   * @throws ConfigurationException when the text is not for this key, naming the origin
   */
  <T> void set(Setting<T> setting, List<String> texts, Origin origin) {
    var values = new ArrayList<T>();
    for (var text : texts) {
      try {
        values.add(setting.reader().apply(text));
      } catch (IllegalArgumentException | UnusableFileException e) {
        throw new ConfigurationException(origin + ": " + setting.key() + ": " + e.getMessage(), e);
      }
    }
    if (values.isEmpty()) {
      throw new ConfigurationException(origin + ": " + setting.key() + ": the list is empty");
    }
    entries.put(setting.key(), new Entry(List.copyOf(texts), List.copyOf(values), origin));
  }

  /** The value of a setting that holds one. */
  public <T> T get(Setting<T> setting) {
    return all(setting).getFirst();
  }

  /** The values of a setting that holds a list; never empty. */
  @SuppressWarnings("unchecked") // set() puts only what this setting's own reader has made.
  public <T> List<T> all(Setting<T> setting) {
    return (List<T>) entry(setting).values();
  }

  /** The texts that the values were read from. */
  public List<String> texts(Setting<?> setting) {
    return entry(setting).texts();
  }

  /** Where the value was found. */
  public Origin origin(Setting<?> setting) {
    return entry(setting).origin();
  }

  private Entry entry(Setting<?> setting) {
    if (!entries.containsKey(setting.key())) {
      // Only now: to find out how much memory there is takes longer than a put.
      set(setting, ConfigurationLoader.items(setting, setting.fallback().apply(this)), DEFAULT);
    }
    return entries.getOrDefault(setting.key(), NOTHING);
  }
}
