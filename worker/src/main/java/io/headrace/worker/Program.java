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
import java.util.regex.Pattern;

/**
 * What is run for each job.
 *
 * @param path of what is started: the command itself, or what sets its limits and becomes it
 * @param words what it is started with, its own name first
 * @param script the file whose content decides: the command, or what an interpreter is given
 * @param runner the name of what reads that, as in {@code bash}; its own where nothing does
 * @param limits what each of its processes may take
 */
public record Program(
    String path, List<String> words, Path script, String runner, ScriptLimits limits) {
  /** Stands in a word for the path of a file with the body. */
  static final String FILE = "{file}";

  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
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
    limits.user().ifPresent(user -> checkFor(user, chain, path, script));
    var words = new ArrayList<>(chain);
    words.add(chain.isEmpty() ? name : path.toString());
    words.addAll(command.subList(1, command.size()));
    return new Program(
        chain.isEmpty() ? path.toString() : chain.getFirst(),
        words,
        script.toAbsolutePath(),
        runner(path),
        limits);
  }

  private static String runner(Path path) {
    return nameOf(interpreter(path).map(Program::reader).orElse(path.toString()));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** What reads a script, by the first line of it: env(1) only looks for another. */
  private static String reader(String line) {
    var words = List.of(BLANKS.split(line, -1));
    return nameOf(words.getFirst()).equals("env")
        ? words.stream()
            .skip(1)
            .filter(word -> !word.startsWith("-") && !word.contains("="))
            .findFirst()
            .orElse(words.getFirst())
        : words.getFirst();
  }

  boolean wantsFile() {
    // Asked for each job: a stream costs more than all of the words.
    for (var word : words) {
      if (word.contains(FILE)) {
        return true;
      }
    }
    return false;
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
    if (interpreter(path).isEmpty() && !startsWith(head(path), ELF)) {
      throw new IllegalArgumentException(
          "'" + path + "' does not say what runs it; begin it with a line like #!/bin/bash");
    }
    interpreter(path).ifPresent(line -> checkInterpreter(path, line));
  }

  private static void checkInterpreter(Path path, String line) {
    if (line.endsWith("\r")) {
      throw new IllegalArgumentException(
          "'" + path + "' has the line ends of Windows; run: sed -i 's/\\r$//' '" + path + "'");
    }
    var reader = reader(line);
    boolean there =
        reader.indexOf('/') >= 0
            ? Files.isExecutable(Path.of(reader))
            : Programs.find(reader).isPresent();
    if (!there) {
      throw new IllegalArgumentException(
          "'" + path + "' is to be run by " + reader + ", which is not there; mend its first line");
    }
  }

  /** Who has become another may lack the right to what we may read. */
  private static void checkFor(String user, List<String> chain, Path path, Path script) {
    boolean isRead = interpreter(path).isPresent() || !script.equals(path);
    var words = new ArrayList<>(chain);
    words.addAll(
        List.of("sh", "-c", "test -x \"$1\"" + (isRead ? " && test -r \"$2\"" : ""), "sh"));
    words.addAll(List.of(path.toString(), script.toString()));
    var said = Programs.run(words);
    if (said.exit() != 0) {
      throw new IllegalArgumentException(
          "--user %s may not run '%s'%s; give it the right to read and execute that, and to enter"
                  .formatted(user, script, said.text().isBlank() ? "" : ": " + said.lastLine())
              + " the folders above it");
    }
  }

  /** What a script's first line says that runs it, with its argument. */
  static Optional<String> interpreter(Path path) {
    var head = new String(head(path), UTF_8);
    int end = head.indexOf('\n');
    var line = end < 0 ? head : head.substring(0, end);
    return line.startsWith("#!")
        ? Optional.of(line.substring(2).replaceAll("^[ \t]+|[ \t]+$", ""))
        : Optional.empty();
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
