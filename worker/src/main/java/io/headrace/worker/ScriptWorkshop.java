package io.headrace.worker;

import io.headrace.worker.process.Orphans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs scripts.
 *
 * @param token by which its processes are told from those of others
 * @param name of the tube, for files
 * @param temporary the folder in which each slot has one for its scripts
 * @param environment what all scripts get
 * @param note tells a person something, in a line
 */
record ScriptWorkshop(
    ScriptTask task,
    String token,
    String name,
    Path temporary,
    List<String> environment,
    ScriptFile file,
    OomWatch oom,
    Consumer<String> note)
    implements Workshop {
  private static final int TOKEN_BYTES = 8;

  /** Each script has its own. */
  private static final Set<String> NOT_HANDED_ON =
      Set.of(
          "HEADRACE_RUN",
          "HEADRACE_JOB_ID",
          "HEADRACE_TUBE",
          "HEADRACE_ATTEMPT",
          "HEADRACE_DEADLINE",
          "HEADRACE_TTR",
          "TMPDIR");

  /**
   * Opens one.
   *
   * @throws IOException when there is no room for temporary files
   * @throws io.headrace.worker.process.UnsupportedSystemException when the system lacks what it
   *     takes
   */
  static ScriptWorkshop open(ScriptTask task, String tube, Consumer<String> note)
      throws IOException {
    Orphans.adopt();
    var temporary = Files.createTempDirectory("headrace-work-");
    // Whoever the scripts run as goes through it to the folder of its slot.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    return new ScriptWorkshop(
        task,
        newToken(),
        tube.replace('/', '%'),
        temporary,
        environment(task, temporary),
        new ScriptFile(task.program().script()),
        new OomWatch(),
        note);
  }

  private static String newToken() {
    var bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static List<String> environment(ScriptTask task, Path temporary) throws IOException {
    var all = task.trace() ? Trace.prepare(temporary) : new ArrayList<String>();
    var set = all.stream().map(word -> word.substring(0, word.indexOf('='))).toList();
    System.getenv()
        .forEach((key, value) -> {
          if (!NOT_HANDED_ON.contains(key) && !set.contains(key)) {
            all.add(key + '=' + value);
          }
        });
    return List.copyOf(all);
  }

  @Override
  public String noun() {
    return "scripts";
  }

  @Override
  public Runner runner(int slot) throws IOException {
    return new ScriptRunner(this, slot);
  }

  @Override
  public void look() {
    oom.look();
  }

  @Override
  public void close() throws IOException {
    Trace.remove(temporary);
    Files.deleteIfExists(temporary);
  }
}
