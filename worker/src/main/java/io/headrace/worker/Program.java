package io.headrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.worker.process.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is run for each job.
 *
 * @param path of what is started: the command itself, or what sets its limits and becomes it
 * @param words what it is started with, its own name first
 * @param script the file whose content decides: the command, or what an interpreter is given
 * @param user whom it becomes, when that is another
 */
public record Program(String path, List<String> words, Path script, Optional<String> user) {
  /** Stands in a word for the path of a file with the body. */
  static final String FILE = "{file}";

  private static final int HEAD_BYTES = 256;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  /** Keeps a copy. */
  public Program {
    words = List.copyOf(words);
  }

  /**
   * Looks at a command before there is a job for it.
   *
   * @throws IllegalArgumentException when it could not be run, with a message for whoever wrote it
   */
  public static Program of(List<String> command, ScriptLimits limits) {
    var name = command.getFirst();
    var found = name.indexOf('/') >= 0 ? Optional.of(name) : Programs.find(name);
    var path =
        Path.of(
            found.orElseThrow(() ->
                new IllegalArgumentException(
                    "'" + name + "' is not on PATH; give the path of a script after '--'")));
    check(path);
    var script =
        command.stream()
            .skip(1)
            .filter(word -> !word.startsWith("-"))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .findFirst()
            .filter(_ -> interpreter(path).isEmpty())
            .orElse(path);
    var chain = limits.chain();
    var words = new ArrayList<>(chain);
    words.add(chain.isEmpty() ? name : path.toString());
    words.addAll(command.subList(1, command.size()));
    return new Program(
        chain.isEmpty() ? path.toString() : chain.getFirst(),
        words,
        script.toAbsolutePath(),
        limits.user());
  }

  boolean wantsFile() {
    return words.stream().anyMatch(word -> word.contains(FILE));
  }

  boolean wantsStdin(ScriptTask.BodyAs bodyAs) {
    return bodyAs == ScriptTask.BodyAs.STDIN && !wantsFile();
  }

  private static void check(Path path) {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "'" + path + "' is not there; give the path of a script after '--'");
    }
    if (Files.isDirectory(path)) {
      throw new IllegalArgumentException("'" + path + "' is a folder; give a script after '--'");
    }
    if (!Files.isExecutable(path)) {
      throw new IllegalArgumentException(
          "'" + path + "' is not executable; run: chmod +x '" + path + "'");
    }
    var head = head(path);
    if (interpreter(path).isEmpty() && !startsWith(head, ELF)) {
      throw new IllegalArgumentException(
          "'" + path + "' does not say what runs it; begin it with a line like #!/bin/bash");
    }
    interpreter(path)
        .map(line -> line.split(" ", 2)[0])
        .filter(interpreter -> !Files.isExecutable(Path.of(interpreter)))
        .ifPresent(interpreter -> {
          throw new IllegalArgumentException(
              "'"
                  + path
                  + "' is to be run by "
                  + interpreter
                  + ", which is not there; mend its first line");
        });
  }

  /** What a script's first line says that runs it, with its argument. */
  static Optional<String> interpreter(Path path) {
    var line = new String(head(path), UTF_8).lines().findFirst().orElse("");
    return line.startsWith("#!") ? Optional.of(line.substring(2).strip()) : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private static byte[] head(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new IllegalArgumentException("'" + path + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
