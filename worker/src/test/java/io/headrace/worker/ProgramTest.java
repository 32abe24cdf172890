package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramTest {
  @TempDir Path folder;

  private Path script(String text, String rights) throws IOException {
    var file = Files.writeString(folder.resolve("do.sh"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  private static void refused(String command, String message) {
    assertThatThrownBy(() -> Program.of(List.of(command), ScriptLimits.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_script_is_looked_at_before_there_is_a_job() throws IOException {
    var missing = folder.resolve("none.sh").toString();
    refused(missing, "'" + missing + "' is not there; give the path of a script after '--'");
    refused("no-such-program-at-all", "is not on PATH");
    refused(folder.toString(), "is a folder");
    refused(script("#!/bin/sh\n", "rw-r--r--").toString(), "is not executable; run: chmod +x");
    refused(script("exit 0\n", "rwxr-xr-x").toString(), "begin it with a line like #!/bin/bash");
    refused(script("#!/no/sh\n", "rwxr-xr-x").toString(), "run by /no/sh, which is not there");
  }

  @Test
  void the_script_is_what_an_interpreter_is_given() throws IOException {
    var script = script("exit 0\n", "rw-r--r--");
    var program = Program.of(List.of("sh", script.toString(), "a"), ScriptLimits.NONE);
    assertThat(program.script()).isEqualTo(script);
    assertThat(program.path()).endsWith("/sh");
    assertThat(program.words()).containsExactly("sh", script.toString(), "a");
  }

  @Test
  void limits_go_before_it() {
    var limits =
        new ScriptLimits(
            OptionalLong.of(64),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());
    var program = Program.of(List.of("true"), limits);
    assertThat(program.path()).endsWith("/prlimit");
    assertThat(program.words()).element(1).isEqualTo("--nofile=64:64");
    assertThat(program.words()).last().asString().endsWith("/true");
  }

  @Test
  void a_user_that_does_not_exist_is_refused() {
    var limits =
        new ScriptLimits(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.of("no-such-user"));
    assertThatThrownBy(() -> Program.of(List.of("true"), limits))
        .hasMessage("--user no-such-user: there is no such user; 'getent passwd' lists them");
  }
}
