package io.headrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of the program as a process of its own, to its end. */
record Ran(int exit, String out, String err) {
  private static final long SECONDS_MAX = 60;

  /** How it is to be run. */
  static final class Call {
    private final List<String> words;
    private final Map<String, String> environment;
    private String stdin = "";

    Call(Map<String, String> environment, String... words) {
      this.words = List.of(words);
      this.environment = environment;
    }

    Call reading(String text) {
      stdin = text;
      return this;
    }

    Ran run() {
      try {
        var in = Files.createTempFile("in", "");
        var out = Files.createTempFile("out", "");
        var err = Files.createTempFile("err", "");
        Files.writeString(in, stdin);
        var process =
            builder(environment, words)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        var ran = new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        for (var file : List.of(in, out, err)) {
          Files.delete(file);
        }
        if (!ended) {
          throw new AssertionError(words + " did not end: " + ran);
        }
        return ran;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The program, as its launcher would start it. */
  static ProcessBuilder builder(Map<String, String> environment, List<String> words) {
    var command = new ArrayList<String>();
    // A build in the background ignores SIGINT, and its children would too.
    command.addAll(List.of("env", "--default-signal=INT,HUP"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.headrace.cli.Main");
    command.addAll(words);
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("HEADRACE_"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Runs it with these words. */
  static Ran with(String... words) {
    return new Call(Map.of(), words).run();
  }

  /** The only line on stderr. */
  String complaint() {
    var lines = err.lines().toList();
    if (lines.isEmpty() || !err.startsWith("headrace: ")) {
      throw new AssertionError("no complaint: " + this);
    }
    if (err.contains("\tat ") || err.getBytes(UTF_8).length > 2_000) {
      throw new AssertionError("a stack trace: " + this);
    }
    return lines.getFirst();
  }
}
