package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the house style asks of every source file, as far as a simple reading can tell. */
final class TidyTest {

  private static final int LINES_MAX = 500;
  private static final int COLUMNS_MAX = 100;
  private static final Set<String> KINDS =
      Set.of("java", "sh", "bash", "pl", "pm", "rb", "php", "js", "py", "c", "h");

  /** Written in two halves, so that this file does not find itself. */
  private static final Pattern LEFT_UNDONE =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(Util|Utils|Manager|Helper|Impl|Common)\\.java");

  private static List<Path> sources = List.of();

  @BeforeAll
  static void finds_the_sources() {
    sources = filesBelow(root()).filter(TidyTest::isSource).toList();
    assertThat(sources).as("sources below %s", root()).isNotEmpty();
  }

  @Test
  void no_file_is_longer_than_500_lines() {
    assertThat(sources)
        .allSatisfy(file -> assertThat(lines(file)).hasSizeLessThanOrEqualTo(LINES_MAX));
  }

  @Test
  void no_line_is_longer_than_100_columns() {
    assertThat(linesWhere(line -> line.codePointCount(0, line.length()) > COLUMNS_MAX)).isEmpty();
  }

  @Test
  void no_line_holds_a_tab() {
    assertThat(linesWhere(line -> line.indexOf('\t') >= 0)).isEmpty();
  }

  @Test
  void nothing_is_left_undone() {
    assertThat(linesWhere(line -> LEFT_UNDONE.matcher(line).find())).isEmpty();
  }

  @Test
  void no_type_has_a_name_that_says_nothing() {
    assertThat(sources)
        .noneMatch(file -> EMPTY_NAME.matcher(file.getFileName().toString()).matches());
  }

  @Test
  void every_package_of_main_is_null_marked() {
    var packages =
        sources.stream()
            .filter(file -> file.toString().contains("/src/main/java/"))
            .map(Path::getParent)
            .distinct();
    assertThat(packages)
        .allSatisfy(folder ->
            assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked"));
  }

  private interface LineTest {
    boolean matches(String line);
  }

  private static List<String> linesWhere(LineTest test) {
    var found = new ArrayList<String>();
    for (var file : sources) {
      var lines = lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (test.matches(lines.get(i))) {
          found.add(root().relativize(file) + ":" + (i + 1));
        }
      }
    }
    return found;
  }

  private static boolean isSource(Path file) {
    var name = file.getFileName().toString();
    if (name.equals("headrace") || file.endsWith(Path.of(".ci", "run"))) {
      return true;
    }
    return KINDS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static Stream<Path> filesBelow(Path folder) {
    var skipped = Set.of("target", "node_modules", ".git");
    try (var entries = Files.list(folder)) {
      return entries
          .filter(entry -> !skipped.contains(entry.getFileName().toString()))
          .sorted()
          .toList()
          .stream()
          .flatMap(entry -> Files.isDirectory(entry) ? filesBelow(entry) : Stream.of(entry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checkout: the nearest folder upwards that holds the launcher beside a pom. */
  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!(Files.exists(folder.resolve("headrace")) && Files.exists(folder.resolve("pom.xml")))) {
      folder = folder.resolve("..").normalize();
    }
    return folder;
  }
}
