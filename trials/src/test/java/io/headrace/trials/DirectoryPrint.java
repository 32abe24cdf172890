package io.headrace.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The names and contents of all files below a data directory, to see that nothing changed; not of
 * the lock, which says who held it last.
 */
final class DirectoryPrint {

  private DirectoryPrint() {}

  static Map<String, String> of(Path folder) throws IOException {
    var print = new TreeMap<String, String>();
    try (var files = Files.walk(folder)) {
      files
          .filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
          .forEach(file -> print.put(folder.relativize(file).toString(), contents(file)));
    }
    return print;
  }

  private static String contents(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      var crc = new CRC32C();
      crc.update(bytes);
      return "%d bytes, %08x".formatted(bytes.length, crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
