package io.headrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The program sections of a {@code supervisord.conf}, as options of {@code headrace work}. See
 * supervisord.org, Configuration File.
 */
final class SupervisordFile {
  private static final Pattern SECTION = Pattern.compile("\\[([^\\]]+)\\]");
  private static final String PROGRAM = "program:";
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private SupervisordFile() {}

  /**
   * A program.
   *
   * @param words the arguments of the verb
   * @param ignored keys that mean nothing there
   */
  record Program(String name, List<String> words, List<String> ignored) {}

  static List<Program> programs(String text) {
    var sections = new LinkedHashMap<String, Map<String, String>>();
    var keys = new LinkedHashMap<String, String>();
    for (var raw : text.lines().toList()) {
      var line = raw.replaceAll("(^|\\s);.*", "").strip();
      var section = SECTION.matcher(line);
      int equals = line.indexOf('=');
      if (section.matches()) {
        keys = new LinkedHashMap<>();
        sections.put(section.group(1), keys);
      } else if (equals > 0 && !line.startsWith("#")) {
        keys.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
      }
    }
    return sections.entrySet().stream()
        .filter(section -> section.getKey().startsWith(PROGRAM))
        .map(section -> program(section.getKey().substring(PROGRAM.length()), section.getValue()))
        .toList();
  }

  private static Program program(String name, Map<String, String> keys) {
    var words = new ArrayList<>(List.of(name));
    var command = new ArrayList<String>();
    var ignored = new ArrayList<String>();
    keys.forEach((key, value) -> {
      switch (key) {
        case "command" -> command.addAll(split(value));
        case "numprocs" -> words.addAll(List.of("--procs", value));
        case "user" -> words.addAll(List.of("--user", value));
        case "stopwaitsecs" -> words.addAll(List.of("--grace", value + "s"));
        case "stdout_logfile" -> addLog(words, value);
        case "stdout_logfile_maxbytes" -> words.addAll(List.of("--log-max", size(value)));
        case "stdout_logfile_backups" ->
            words.addAll(List.of("--log-keep", Long.toString(Long.parseLong(value) + 1)));
        default -> ignored.add(key);
      }
    });
    words.add("--");
    words.addAll(command);
    return new Program(name, words, ignored);
  }

  private static void addLog(List<String> words, String file) {
    var folder = Path.of(file).getParent();
    if (folder != null) {
      words.addAll(List.of("--log", folder.toString()));
    }
  }

  /** Its MB is our MiB. */
  private static String size(String text) {
    return text.replaceAll("(?i)([KMG])B$", "$1iB");
  }

  private static List<String> split(String command) {
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(command);
    while (matcher.find()) {
      for (int i = 1; i <= matcher.groupCount(); i++) {
        if (matcher.group(i) != null) {
          words.add(matcher.group(i));
        }
      }
    }
    return words;
  }
}
