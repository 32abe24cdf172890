package io.headrace.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a file says how a tube is worked on, for those who have to mend it.
 *
 * @param title of the part of the file, or nothing
 * @param line where that begins, from 1
 * @param lines where each option of the verb is set, by its name
 */
record FilePlace(Path file, String title, int line, Map<String, Integer> lines) {
  /** In place of an option: where the command stands. */
  static final String COMMAND = "command";

  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  /** The beginning of a message about all of it. */
  String text() {
    return at(line);
  }

  private String at(int where) {
    return file + ":" + where + ":" + (title.isEmpty() ? "" : " " + title + ":");
  }

  /** That something is wrong, at the option that the message names first, or at the command. */
  Failure wrong(String message) {
    var named = OPTION.matcher(message);
    while (named.find()) {
      if (lines.containsKey(named.group())) {
        return wrong(named.group(), message);
      }
    }
    return wrong(COMMAND, message);
  }

  /** That this option is wrong. */
  Failure wrong(String option, String message) {
    return new Failure(Exit.USAGE, at(lines.getOrDefault(option, line)) + " " + message);
  }
}
