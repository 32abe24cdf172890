package io.headrace.trials;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a trial needs of the machine. Where it is missing the test is skipped and says why; with
 * {@code HEADRACE_CI=1} in the environment it fails instead, so that nothing is skipped unseen.
 */
final class Tools {

  private static final Pattern COLON = Pattern.compile(File.pathSeparator);

  private Tools() {}

  /** Returns the path of a program on PATH; {@code advice} says how to get it. */
  static String require(String program, String advice) {
    return find(program)
        .map(Path::toString)
        .orElseGet(() -> missing(program + " is not installed (" + advice + ")"));
  }

  /** Asks for a file that a package installs. */
  static Path requireFile(Path file, String advice) {
    if (!Files.exists(file)) {
      missing(file + " is not there (" + advice + ")");
    }
    return file;
  }

  /** Asks for a right that only root has. */
  static void requireRoot(String why) {
    if (!"root".equals(System.getProperty("user.name"))) {
      missing("needs root " + why);
    }
  }

  private static Optional<Path> find(String program) {
    return COLON
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String missing(String what) {
    if ("1".equals(System.getenv("HEADRACE_CI"))) {
      return fail("HEADRACE_CI=1 allows nothing to be skipped, but " + what);
    }
    return abort("skipped: " + what);
  }

  /** The launcher of the program on trial. */
  static String headrace() {
    return root().resolve("headrace").toString();
  }

  /** The root of the sources, where the launcher {@code headrace} lies. */
  static Path root() {
    var given = System.getProperty("headrace.root");
    if (given != null) {
      return Path.of(given);
    }
    for (var folder : Arrays.asList(Path.of("").toAbsolutePath(), Path.of("..").toAbsolutePath())) {
      if (Files.isExecutable(folder.resolve("headrace"))) {
        return folder.normalize();
      }
    }
    throw new IllegalStateException("Set -Dheadrace.root to the folder of the launcher");
  }
}
