package io.headrace.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end. */
final class Run {

  private static final long SECONDS_MAX = 180;

  private Run() {}

  /**
   * How a program ended.
   *
   * @param exit its exit code, 128 + n after signal n
   */
  record Outcome(int exit, String stdout, String stderr) {
    /** Everything it said, for the message of a failure. */
    String all() {
      return "exit %d%n--- stdout%n%s%n--- stderr%n%s".formatted(exit, stdout, stderr);
    }
  }

  static Outcome command(String... words) {
    return command(List.of(words));
  }

  /** Runs a command with an empty stdin; it is killed when it takes over three minutes. */
  static Outcome command(List<String> words) {
    try {
      var out = Files.createTempFile("trial-", ".out");
      var err = Files.createTempFile("trial-", ".err");
      try {
        var builder = new ProcessBuilder(words);
        builder.environment().put("HEADRACE_NO_BUILD", "1");
        var process =
            builder
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(
              "%s had no end in %d s.%n%s%n%s"
                  .formatted(words, SECONDS_MAX, Files.readString(out), Files.readString(err)));
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while " + words + " runs", e);
    }
  }

  /** Starts a command that goes on, in {@code folder}, both its streams appended to {@code log}. */
  static Process start(List<String> words, Path folder, Path log) throws IOException {
    // A build in the background ignores SIGINT, and its children would too.
    var all = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
    all.addAll(words);
    var builder = new ProcessBuilder(all).directory(folder.toFile());
    // Built before the trials begin; a build in a trial would be one more thing to fail.
    builder.environment().put("HEADRACE_NO_BUILD", "1");
    return builder
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }
}
