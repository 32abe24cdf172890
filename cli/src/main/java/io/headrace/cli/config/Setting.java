package io.headrace.cli.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One thing that can be set: by its key in the file, a variable of the environment, or a flag.
 *
 * @param key its name in {@code headrace.toml}
 * @param label what stands for its value in help texts
 * @param description what it does, in a line or two
 * @param many whether it holds a list; the environment separates its items by commas, a flag is
 *     given once an item
 * @param fallback the text of the value when nobody set it, which may depend on other settings;
 *     items separated by commas
 * @param reader makes a value of one item's text; throws IllegalArgumentException with a message
 *     that says what would be right
 */
public record Setting<T>(
    String key,
    String label,
    String description,
    boolean many,
    Function<Configuration, String> fallback,
    Function<String, T> reader) {

  /** The option of the command line. */
  public String flag() {
    return "--" + key;
  }

  /** The variable of the environment. */
  public String variable() {
    return "HEADRACE_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
