package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and the settings of TLS, as a person writes them. */
final class SecurityVerbsTest {
  @TempDir private Path folder;

  private static Ran with(Map<String, String> environment, String... words) {
    return new Ran.Call(environment, words).run();
  }

  @Test
  void a_token_is_made_with_its_line() {
    var made = Ran.with("token", "make", "web", "put:mail", "reserve:*").out().lines().toList();
    assertThat(made).hasSize(4);
    assertThat(made.get(1)).matches("hr_[A-Za-z0-9_-]{43}");
    assertThat(made.get(3)).matches("web [0-9a-f]{64} put:mail,reserve:\\*");
    assertThat(Ran.with("token", "make", "web", "put:*", "--json").out())
        .contains("\"token\":\"hr_", "\"line\":\"web ");
  }

  @Test
  void a_right_that_is_none_is_refused_with_what_there_is() {
    var refused = Ran.with("token", "make", "web", "read:mail");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.complaint()).contains("'read:mail'").contains("put:TUBE");
    assertThat(refused.out()).isEmpty();
    assertThat(Ran.with("token", "make", "w b", "put:mail").exit()).isEqualTo(2);
    assertThat(Ran.with("token", "make", "web").exit()).isEqualTo(2);
  }

  @Test
  void config_show_keeps_a_token_to_itself() throws IOException {
    var shown = with(Map.of("HEADRACE_TOKEN", "hr_secret"), "config", "show");
    assertThat(shown.out()).contains("hr_...").contains("env HEADRACE_TOKEN");
    assertThat(shown.out() + shown.err()).doesNotContain("secret");
    var file = Files.writeString(folder.resolve("token"), "hr_secret\n").toString();
    assertThat(with(Map.of("HEADRACE_TOKEN", file), "config", "show").out())
        .contains(file)
        .doesNotContain("secret");
  }

  @Test
  void a_token_file_that_holds_none_is_named() throws IOException {
    var file = Files.writeString(folder.resolve("token"), "secret\n").toString();
    var refused = with(Map.of("HEADRACE_TOKEN", file), "put", "hello");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.complaint()).contains("HEADRACE_TOKEN", file).doesNotContain("secret");
    var missing = with(Map.of("HEADRACE_TOKEN", "/none/such"), "put", "hello");
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.complaint()).contains("/none/such").contains("no such file");
  }

  @Test
  void a_plain_server_for_all_is_one_that_somebody_wanted() throws Exception {
    var file = Files.writeString(folder.resolve("h.toml"), "listen = \":0\"\ndata = \"none\"\n");
    var refused = Ran.with("serve", "--config", file.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.complaint()).contains(file + ":1: listen: ':0'");
    Files.writeString(file, Files.readString(file) + "plain-anywhere = true\n");
    var words = List.of("serve", "--config", file.toString(), "--admin-listen", "none");
    var process = Ran.builder(Map.of(), words).start();
    try {
      assertThat(process.inputReader().readLine()).contains(" listens on ");
    } finally {
      process.destroyForcibly().waitFor();
    }
    Files.writeString(file, "plain-anywhere = \"perhaps\"\n");
    assertThat(Ran.with("serve", "--config", file.toString()).complaint())
        .contains(":1: plain-anywhere: 'perhaps' is neither true nor false");
  }
}
