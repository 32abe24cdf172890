package io.headrace.cli;

import io.headrace.cli.config.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The program sections of a {@code supervisord.conf}, as options of {@code headrace work}. See
 * supervisord.org, Configuration File.
 */
final class SupervisordFile {
  private static final Pattern SECTION = Pattern.compile("\\[([^\\]]+)\\]");
  private static final String PROGRAM = "program:";
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** What it fills in by itself, for which there is nothing here. */
  private static final Pattern FILLED_IN = Pattern.compile("(?<!%)(?:%%)*(%\\([^)]*\\)\\w?)");

  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
  private static final Pattern SIZE = Pattern.compile("(?i)\\d{1,15}(?:[KMG]B)?");

  /** Keys that it knows and that mean nothing here. */
  private static final Set<String> KNOWN =
      Set.of(
          "process_name",
          "numprocs_start",
          "priority",
          "autostart",
          "startsecs",
          "startretries",
          "autorestart",
          "exitcodes",
          "stopsignal",
          "stopasgroup",
          "killasgroup",
          "redirect_stderr",
          "stdout_capture_maxbytes",
          "stdout_events_enabled",
          "stdout_syslog",
          "stderr_logfile",
          "stderr_logfile_maxbytes",
          "stderr_logfile_backups",
          "stderr_capture_maxbytes",
          "stderr_events_enabled",
          "stderr_syslog",
          "environment",
          "directory",
          "umask",
          "serverurl");

  /** Keys that are taken over, and as what. */
  private static final Map<String, String> TAKEN =
      Map.of(
          "command", FilePlace.COMMAND,
          "numprocs", "--procs",
          "user", "--user",
          "stopwaitsecs", "--grace",
          "stdout_logfile", "--log",
          "stdout_logfile_maxbytes", "--log-max",
          "stdout_logfile_backups", "--log-keep");

  private final FilePlace place;
  private final List<String> options = new ArrayList<>();
  private final List<String> command = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();

  private SupervisordFile(FilePlace place) {
    this.place = place;
  }

  /**
   * A program.
   *
   * @param words the arguments of the verb
   * @param ignored keys that mean nothing there
   */
  record Program(FilePlace place, List<String> words, List<String> ignored) {}

  /** A key of a section, and the line that it stands in. */
  private record Key(String name, String value, int line) {}

  /** A section and the line of its title. */
  private record Section(int line, List<Key> keys) {}

  /** All of a file. */
  static List<Program> programs(Path file, String text) {
    var programs = new ArrayList<Program>();
    sections(file, text)
        .forEach((title, section) -> {
          if (title.startsWith(PROGRAM)) {
            programs.add(program(file, title, section));
          }
        });
    return programs;
  }

  private static Map<String, Section> sections(Path file, String text) {
    var sections = new LinkedHashMap<String, Section>();
    var current = new Section(0, new ArrayList<>());
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      var line = raw.replaceAll("(^|\\s);.*", "").stripTrailing();
      var title = SECTION.matcher(line);
      int equals = line.indexOf('=');
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (title.matches()) {
        current = new Section(number, new ArrayList<>());
        sections.put(title.group(1), current);
      } else if (Character.isWhitespace(line.charAt(0)) && !current.keys().isEmpty()) {
        // A value goes on below, where it is indented: ConfigParser of Python.
        var last = current.keys().removeLast();
        current.keys().add(new Key(last.name(), last.value() + ' ' + line.strip(), last.line()));
      } else if (equals > 0) {
        var name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        current.keys().add(new Key(name, line.substring(equals + 1).strip(), number));
      } else {
        throw new FilePlace(file, "", number, Map.of())
            .wrong("'" + line.strip() + "' is no section and no key=value; mend it or take it out");
      }
    }
    return sections;
  }

  private static Program program(Path file, String title, Section section) {
    var lines = new LinkedHashMap<String, Integer>();
    for (var key : section.keys()) {
      lines.put(TAKEN.getOrDefault(key.name(), key.name()), key.line());
    }
    var read = new SupervisordFile(new FilePlace(file, "[" + title + "]", section.line(), lines));
    section.keys().forEach(read::take);
    var words = new ArrayList<>(read.options);
    words.addAll(List.of("--", title.substring(PROGRAM.length())));
    words.addAll(read.command);
    return new Program(read.place, words, read.ignored);
  }

  private void take(Key key) {
    var option = TAKEN.get(key.name());
    if (option == null) {
      ignore(key);
      return;
    }
    var filledIn = FILLED_IN.matcher(key.value());
    if (filledIn.find()) {
      throw place.wrong(
          option,
          key.name()
              + ": "
              + filledIn.group(1)
              + " is not filled in here; write what it stands for");
    }
    var value = key.value().replace("%%", "%");
    switch (option) {
      case FilePlace.COMMAND -> command.addAll(split(value));
      case "--grace" -> options.add(option + "=" + count(key, value) + "s");
      case "--log-keep" -> options.add(option + "=" + (count(key, value) + 1));
      case "--log" -> log(key, value);
      case "--log-max" -> logMax(key, value);
      default -> options.add(option + "=" + value);
    }
  }

  /** One that it knows means nothing here; any other is probably written wrong. */
  private void ignore(Key key) {
    if (KNOWN.contains(key.name())) {
      ignored.add(key.name());
      return;
    }
    var all = new TreeSet<>(KNOWN);
    all.addAll(TAKEN.keySet());
    throw place.wrong(
        key.name(),
        "supervisord has no key '"
            + key.name()
            + "'"
            + Nearest.to(key.name(), all)
                .map(near -> ". Did you mean '" + near + "'?")
                .orElse("; take it out"));
  }

  private long count(Key key, String value) {
    if (!COUNT.matcher(value).matches()) {
      throw place.wrong(
          TAKEN.getOrDefault(key.name(), ""),
          key.name() + "=" + value + " is no count; write 0 or more");
    }
    return Long.parseLong(value);
  }

  /** A folder for the files of all slots: its devices, AUTO and NONE are none. */
  private void log(Key key, String file) {
    var folder = Path.of(file).getParent();
    if (folder == null || folder.startsWith("/dev")) {
      ignored.add(key.name() + "=" + file);
    } else {
      options.add("--log=" + folder);
    }
  }

  /** Its MB is our MiB, and its 0 has no end. */
  private void logMax(Key key, String value) {
    if (!SIZE.matcher(value).matches()) {
      throw place.wrong(
          "--log-max", key.name() + "=" + value + " is no size; write bytes, or as in 50MB");
    }
    if (value.matches("0+[KMGkmg]?[Bb]?")) {
      ignored.add(key.name() + "=" + value);
    } else {
      options.add("--log-max=" + value.replaceAll("(?i)([KMG])B$", "$1iB"));
    }
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
