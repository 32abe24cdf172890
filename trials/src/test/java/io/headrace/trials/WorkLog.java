package io.headrace.trials;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What workers did, in the order in which they noted it. They note a delivery after it came and a
 * delete before they ask for it: what they seem to hold, they hold.
 */
record WorkLog(List<Note> notes) {

  private static final Pattern NOTE = Pattern.compile("(\\d+) ([a-z]+)(?: (\\d+))?");

  /**
   * One line.
   *
   * @param what as the script says it
   * @param job 0 when it is about none
   */
  record Note(long pid, String what, long job) {}

  static WorkLog read(Path file) throws IOException {
    return of(Files.readString(file));
  }

  static WorkLog of(String text) {
    // A line without its end is still being written.
    return new WorkLog(
        text.substring(0, text.lastIndexOf('\n') + 1).lines().map(WorkLog::note).toList());
  }

  private static Note note(String line) {
    var matcher = NOTE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("No worker notes '" + line + "'");
    }
    var job = matcher.group(3) == null ? "0" : matcher.group(3);
    return new Note(Long.parseLong(matcher.group(1)), matcher.group(2), Long.parseLong(job));
  }

  long count(String what) {
    return notes.stream().filter(it -> it.what().equals(what)).count();
  }

  /** How often something is noted, by job. */
  Map<Long, Long> byJob(String what) {
    return notes.stream()
        .filter(it -> it.what().equals(what))
        .collect(groupingBy(Note::job, counting()));
  }

  /** The jobs that something is noted of more than once. */
  Set<Long> repeated(String what) {
    var found = new TreeSet<Long>();
    byJob(what)
        .forEach((job, times) -> {
          if (times > 1) {
            found.add(job);
          }
        });
    return found;
  }

  /** The most jobs that were held at once, at least; where no worker was killed. */
  int mostHeld() {
    Map<Long, Set<Long>> held = new HashMap<>();
    int most = 0;
    for (var note : notes) {
      switch (note.what()) {
        case "got" -> held.computeIfAbsent(note.pid(), _ -> new HashSet<>()).add(note.job());
        case "deletes" -> held.getOrDefault(note.pid(), Set.of()).remove(note.job());
        case "dies" -> held.remove(note.pid());
        default -> {}
      }
      most = Math.max(most, held.values().stream().mapToInt(Set::size).sum());
    }
    return most;
  }
}
