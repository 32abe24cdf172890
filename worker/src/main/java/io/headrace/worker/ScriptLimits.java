package io.headrace.worker;

import io.headrace.worker.process.Programs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What each process of a script may take. Set by {@code prlimit} and {@code setpriv} of util-linux,
 * which become the script: race-free, at the price of an exec each, paid only where there is a
 * limit.
 *
 * @param files open files of a process
 * @param processes of the user in all
 * @param memoryBytes address space of a process
 * @param cpu time on processors of a process; then SIGXCPU, and a second later SIGKILL
 * @param user whom it runs as
 */
public record ScriptLimits(
    OptionalLong files,
    OptionalLong processes,
    OptionalLong memoryBytes,
    Optional<Duration> cpu,
    Optional<String> user) {
  /** No limit but those of whoever started this process. */
  public static final ScriptLimits NONE =
      new ScriptLimits(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty());

  private static final String PRLIMIT = "prlimit";

  /** From SIGXCPU to SIGKILL. */
  private static final long CPU_GRACE_SECONDS = 1;

  private static final String ADVICE = "it comes with util-linux (apt install util-linux)";

  /**
   * The words that go before the script's.
   *
   * @throws IllegalArgumentException when the system cannot do it, with a message that names the
   *     option
   */
  public List<String> chain() {
    var words = new ArrayList<String>();
    addLimits(words);
    user.ifPresent(name -> addUser(words, name));
    return words;
  }

  private void addLimits(List<String> words) {
    boolean root = System.getProperty("user.name", "").equals("root");
    if (processes.isPresent() && root && user.isEmpty()) {
      throw new IllegalArgumentException(
          "--nproc does nothing for root; add --user with another user");
    }
    files.ifPresent(count -> words.add("--nofile=" + count + ':' + count));
    processes.ifPresent(count -> words.add("--nproc=" + count + ':' + count));
    memoryBytes.ifPresent(bytes -> words.add("--as=" + bytes + ':' + bytes));
    cpu.ifPresent(
        time -> words.add("--cpu=" + seconds(time) + ':' + (seconds(time) + CPU_GRACE_SECONDS)));
    if (words.isEmpty()) {
      return;
    }
    words.add(0, program(PRLIMIT, "--nofile, --nproc, --memory and --cpu take 'prlimit'"));
    var tried = new ArrayList<>(words);
    tried.add("true");
    var said = Programs.run(tried);
    if (said.exit() != 0) {
      var limits = String.join(" ", words.subList(1, words.size()));
      // What it does not say itself was said by the program that had too little.
      throw new IllegalArgumentException(
          said.text().contains(PRLIMIT + ": failed to set")
              ? "the limits %s cannot be set: %s; only root may go beyond its own (ulimit -Ha shows"
                      .formatted(limits, said.lastLine())
                  + " them)"
              : "with the limits %s not even 'true' runs: exit %d %s; give it more"
                  .formatted(limits, said.exit(), said.lastLine()));
    }
  }

  /** Time on processors after which nothing of a process is left, when there is such a limit. */
  Optional<Duration> cpuMax() {
    return cpu.map(time -> Duration.ofSeconds(seconds(time) + CPU_GRACE_SECONDS));
  }

  private static long seconds(Duration cpu) {
    return Math.max(1, cpu.plusMillis(999).toSeconds());
  }

  /** All of them in a line, for a docket; empty when there are none. */
  String told() {
    var told = new ArrayList<String>();
    files.ifPresent(count -> told.add("--nofile " + count));
    processes.ifPresent(count -> told.add("--nproc " + count));
    memoryBytes.ifPresent(bytes -> told.add("--memory " + bytes + " bytes"));
    cpu.ifPresent(time -> told.add("--cpu " + seconds(time) + " s"));
    user.ifPresent(name -> told.add("--user " + name));
    return String.join(", ", told);
  }

  private static void addUser(List<String> words, String name) {
    var group = Programs.run(List.of("id", "-g", "--", name));
    if (group.exit() != 0) {
      throw new IllegalArgumentException(
          "--user " + name + ": there is no such user; 'getent passwd' lists them");
    }
    var chain =
        List.of(
            program("setpriv", "--user takes 'setpriv'"),
            "--reuid=" + name,
            "--regid=" + group.lastLine(),
            "--init-groups",
            "--");
    var tried = new ArrayList<>(chain);
    tried.add("true");
    var said = Programs.run(tried);
    if (said.exit() != 0) {
      throw new IllegalArgumentException(
          "--user " + name + ": " + said.lastLine() + "; only root may become another");
    }
    words.addAll(chain);
  }

  private static String program(String name, String what) {
    return Programs.find(name)
        .orElseThrow(() -> new IllegalArgumentException(what + ", which is not there; " + ADVICE));
  }
}
