package io.headrace.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Programs of the system, which are asked something before there are scripts. */
public final class Programs {
  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private Programs() {}

  /** What a program said, both streams, and its exit code; 127 when it could not be run. */
  public record Said(int exit, String text) {
    /** The last line, without its end. */
    public String lastLine() {
      return text.strip().lines().reduce("", (_, line) -> line);
    }
  }

  /** The path of a program on PATH. */
  public static Optional<String> find(String name) {
    return SEPARATOR
        .splitAsStream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"))
        .map(folder -> Path.of(folder, name))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .map(Path::toString)
        .findFirst();
  }

  /** Runs one to its end. Only for those that end at once. */
  public static Said run(List<String> words) {
    try {
      var process =
          new ProcessBuilder(new ArrayList<>(words))
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .start();
      var text = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Said(process.waitFor(), text);
    } catch (IOException e) {
      return new Said(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Said(127, "interrupted");
    }
  }
}
