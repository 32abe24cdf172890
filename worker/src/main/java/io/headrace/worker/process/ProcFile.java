package io.headrace.worker.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files below {@code /proc}, of processes that may end at any time. */
final class ProcFile {
  private static final Path PROC = Path.of("/proc");

  private ProcFile() {}

  /** The text, a character a byte; nothing where there is no such process or no right to it. */
  static String text(String file) {
    try {
      return new String(Files.readAllBytes(PROC.resolve(file)), ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** The numbers of all processes. */
  static List<Integer> processes() {
    var all = new ArrayList<Integer>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var entry : entries) {
        all.add(Integer.valueOf(entry.getFileName().toString()));
      }
    } catch (IOException e) {
      return List.of();
    }
    return all;
  }

  /** The number behind a key of a file of lines, or 0. */
  static long number(String text, String key) {
    if (text.isEmpty()) {
      return 0;
    }
    for (var line : text.lines().toList()) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.substring(key.length()).replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
