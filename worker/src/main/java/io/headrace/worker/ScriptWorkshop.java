package io.headrace.worker;

import io.headrace.worker.process.Environment;
import io.headrace.worker.process.Orphans;
import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    Temporary temporary,
    Environment environment,
    ScriptFile file,
    OomWatch oom,
    Consumer<String> note)
    implements Workshop {
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
  static ScriptWorkshop open(ScriptTask task, String tube, String token, Consumer<String> note)
      throws IOException {
    Orphans.adopt();
    var temporary = Temporary.make(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    // A script that was killed with its supervisor may have left much: nobody waits for that.
    Thread.ofPlatform()
        .daemon()
        .name("headrace-sweep")
        .start(() -> temporary.removeLeftBehind(note));
    return new ScriptWorkshop(
        task,
        token,
        tube.replace('/', '%'),
        temporary,
        new Environment(environment(task, temporary.folder(), note)),
        new ScriptFile(task.program().script()),
        new OomWatch(),
        note);
  }

  private static List<String> environment(ScriptTask task, Path temporary, Consumer<String> note)
      throws IOException {
    var all =
        task.trace()
            ? Trace.prepare(temporary, task.program().runner(), note)
            : new ArrayList<String>();
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
  public Runner runner(int slot) throws IOException, SpawnException {
    return new ScriptRunner(this, slot);
  }

  @Override
  public boolean isReady() {
    return file.isThere();
  }

  @Override
  public String remark() {
    return file.suspicion();
  }

  @Override
  public void look() {
    oom.look();
  }

  @Override
  public void close() throws IOException {
    Trace.remove(temporary.folder());
    temporary.close();
  }
}
