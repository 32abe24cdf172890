package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caches of ready-made classes: used where they fit, and never in the way. */
final class ReadyMadeIT {

  private static final String OF_A_VERB = "io.headrace.cli.PutVerb source: ";

  @TempDir Path folder;

  private Path program;

  /** A copy of what is built, with the times of its files. */
  @BeforeEach
  void install() throws IOException {
    var target = Files.createDirectories(folder.resolve("cli/target"));
    program = target.resolve("headrace");
    copy(Tools.root().resolve("headrace"), folder);
    copy(Tools.root().resolve("cli/target/headrace"), target);
  }

  @Test
  void a_verb_takes_its_classes_from_the_cache_also_where_the_program_was_moved() {
    assertThat(putHelp()).contains(OF_A_VERB + "shared objects file");
  }

  @Test
  void a_cache_is_left_alone_when_a_jar_has_changed_since() throws IOException {
    try (var jars = Files.newDirectoryStream(program.resolve("lib"), "headrace-cli-*.jar")) {
      for (var jar : jars) {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
      }
    }
    assertThat(putHelp()).containsPattern(OF_A_VERB + "(file|jar):");
  }

  @Test
  void a_cache_that_is_missing_costs_no_word() throws IOException {
    Files.delete(program.resolve("verbs.aot"));
    assertThat(putHelp()).containsPattern(OF_A_VERB + "(file|jar):");
  }

  @Test
  void a_cache_that_is_garbage_costs_no_word() throws IOException {
    Files.writeString(program.resolve("verbs.aot"), "garbage");
    assertThat(putHelp()).containsPattern(OF_A_VERB + "(file|jar):");
  }

  @Test
  void a_program_that_cannot_be_written_to_starts() throws IOException {
    Tools.requireRoot("to become somebody who may not write there");
    Run.command("chmod", "-R", "a+rX,a-w", folder.toString());
    var outcome =
        Run.command("setpriv", "--reuid=65534", "--clear-groups", launcher(), "put", "--help");
    assertThat(outcome.stdout()).as(outcome.all()).startsWith("Usage: headrace put");
    assertThat(outcome.stderr()).isEmpty();
  }

  /**
   * Runs {@code put --help}, which must be silent otherwise, and returns which classes it loads.
   */
  private String putHelp() {
    var log = folder.resolve("classes.log");
    var outcome =
        Run.command(
            "env", "HEADRACE_JAVA_OPTS=-Xlog:class+load:file=" + log, launcher(), "put", "--help");
    assertThat(outcome.stdout()).as(outcome.all()).startsWith("Usage: headrace put");
    assertThat(outcome.stderr()).isEmpty();
    return read(log);
  }

  private String launcher() {
    return folder.resolve("headrace").toString();
  }

  private static void copy(Path from, Path to) {
    var outcome = Run.command("cp", "-a", from.toString(), to.toString());
    assertThat(outcome.exit()).as(outcome.all()).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
