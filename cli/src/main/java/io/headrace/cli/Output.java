package io.headrace.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a verb prints: for people, or with {@code --json} one JSON value a line. */
final class Output {
  private static final int BUFFER_BYTES = 64 * 1024;

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  private final PrintStream stdout =
      new PrintStream(
          new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
          false,
          StandardCharsets.UTF_8);

  boolean json() {
    return json;
  }

  /** Prints one result, in one of its two forms. */
  void result(String text, Map<String, ?> value) {
    stdout.println(json ? Json.of(value) : text);
    flush();
  }

  /** Prints one of many results: not flushed until {@link #flush}. */
  void item(String text, Map<String, ?> value) {
    stdout.println(json ? Json.of(value) : text);
  }

  /** Prints what the server said of one thing. */
  void facts(Map<String, String> facts) {
    if (json) {
      stdout.println(Json.of(Json.facts(facts)));
    } else {
      facts.forEach((key, value) -> stdout.println(key + ": " + value));
    }
    flush();
  }

  /** Prints rows that share their keys. */
  void rows(List<Map<String, String>> rows, String whenNone) {
    if (json) {
      stdout.println(Json.of(rows.stream().map(Json::facts).toList()));
    } else if (rows.isEmpty()) {
      stdout.println(whenNone);
    } else {
      var table = new Table(rows.getFirst().keySet());
      rows.forEach(row -> table.row(row.values()));
      stdout.print(table);
    }
    flush();
  }

  /** Prints bytes as they are; on a terminal, ends the line that they leave open. */
  void raw(byte[] bytes) {
    stdout.write(bytes, 0, bytes.length);
    if (bytes.length > 0 && bytes[bytes.length - 1] != '\n' && isTerminal()) {
      stdout.println();
    }
    flush();
  }

  /** Whether a person types the input and reads the output. */
  static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** Makes sure that all of it has left; throws when nobody takes it. */
  void flush() {
    if (stdout.checkError()) {
      throw new Failure(Exit.NO, "stdout is closed: what was to be printed is lost");
    }
  }

  /** Says something to the person, beside the result. */
  static void note(String text) {
    System.err.println("headrace: " + text);
  }
}
