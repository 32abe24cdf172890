package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.server.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  private Tokens read(String text) throws IOException {
    return Tokens.read(Files.writeString(folder.resolve("tokens"), text));
  }

  @Test
  void a_token_that_was_made_is_found_by_what_its_owner_says() throws IOException {
    var made = Tokens.make("web", List.of("put:mail", "put:sms"), new SecureRandom());
    assertThat(made.text()).matches("hr_[A-Za-z0-9_-]{43}");
    assertThat(made.line()).doesNotContain(made.text()).startsWith("web ");
    var tokens = read("# who may do what\n\n  " + made.line() + "\r\n");
    assertThat(tokens.find(Tokens.hash(made.text())).orElseThrow().name()).isEqualTo("web");
    assertThat(tokens.find(Tokens.hash(made.text() + "x"))).isEmpty();
  }

  @Test
  void no_two_tokens_are_alike() {
    var chance = new SecureRandom();
    var seen = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      assertThat(seen.add(Tokens.make("a", List.of("put:*"), chance).text())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web",
        "web " + "0123456789abcdef" + " put:mail",
        "web HASH put:mail more",
        "we/b HASH put:mail",
        "web HASH put",
        "web HASH put:",
        "web HASH put:-a",
        "web HASH put:a*b",
        "web HASH read:mail",
        "web HASH put:mail,",
        "first HASH put:mail"
      })
  void a_line_that_is_wrong_is_named_with_its_file_and_number(String line) {
    assertThatThrownBy(() -> read("first " + HASH + " put:*\n" + line.replace("HASH", HASH) + "\n"))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.setting()).isEqualTo("tokens"))
        .hasMessageStartingWith(folder.resolve("tokens") + ":2: ");
  }

  @Test
  void there_are_as_many_tokens_as_can_be_compared() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < Tokens.TOKENS_MAX; i++) {
      lines.append("t").append(i).append(' ').append(HASH).append(" put:*\n");
    }
    read(lines.toString());
    assertThatThrownBy(() -> read(lines + "one " + HASH + " put:*\n"))
        .hasMessageContaining("more than 1000 tokens");
  }

  @Test
  void a_file_that_is_not_there_is_said() {
    assertThatThrownBy(() -> Tokens.read(folder.resolve("none")))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("there is no such file");
  }
}
