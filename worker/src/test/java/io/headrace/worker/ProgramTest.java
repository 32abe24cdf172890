package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    refused(
        script("#!/usr/bin/env -S no-such-language -w\n", "rwxr-xr-x").toString(),
        "run by no-such-language, which is not there");
    refused(
        script("#!/bin/sh\r\nexit 0\r\n", "rwxr-xr-x").toString(),
        "has the line ends of Windows; run: sed -i 's/\\r$//'");
  }

  @Test
  void the_script_is_what_an_interpreter_is_given() throws IOException {
    var script = script("exit 0\n", "rw-r--r--");
    var program = Program.of(List.of("sh", script.toString(), "a"), ScriptLimits.NONE);
    assertThat(program.script()).isEqualTo(script);
    assertThat(program.path()).endsWith("/sh");
    assertThat(program.words()).containsExactly("sh", script.toString(), "a");
    assertThat(program.runner()).isEqualTo("sh");
    var bash = script("#!/usr/bin/env -S bash -e\n", "rwxr-xr-x").toString();
    assertThat(Program.of(List.of(bash), ScriptLimits.NONE).runner()).isEqualTo("bash");
  }

  private static ScriptLimits limits(long files, long memoryBytes, String user) {
    return new ScriptLimits(
        files > 0 ? OptionalLong.of(files) : OptionalLong.empty(),
        OptionalLong.empty(),
        memoryBytes > 0 ? OptionalLong.of(memoryBytes) : OptionalLong.empty(),
        Optional.empty(),
        Optional.of(user).filter(name -> !name.isEmpty()));
  }

  @Test
  void limits_go_before_it() {
    var program = Program.of(List.of("true"), limits(64, 0, ""));
    assertThat(program.path()).endsWith("/prlimit");
    assertThat(program.words()).element(1).isEqualTo("--nofile=64:64");
    assertThat(program.words()).last().asString().endsWith("/true");
  }

  @Test
  void limits_that_cannot_be_are_refused() {
    var words = List.of("true");
    assertThatThrownBy(() -> Program.of(words, limits(0, 1024, "")))
        .hasMessageContaining("with the limits --as=1024:1024 not even 'true' runs: exit 139");
    assertThatThrownBy(() -> Program.of(words, limits(1L << 40, 0, "")))
        .hasMessageContaining("--nofile=1099511627776:1099511627776 cannot be set: prlimit: ")
        .hasMessageContaining("; only root may go beyond its own");
    assertThatThrownBy(() -> Program.of(words, limits(0, 0, "no-such-user")))
        .hasMessage("--user no-such-user: there is no such user; 'getent passwd' lists them");
  }

  @Test
  void a_user_that_may_not_run_the_script_is_refused() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may become another");
    var closed = script("#!/bin/sh\n", "rwx------").toString();
    assertThatThrownBy(() -> Program.of(List.of(closed), limits(0, 0, "nobody")))
        .hasMessageStartingWith("--user nobody may not run '" + closed + "'; give it the right");
    var unread = script("exit 0\n", "rwx------").toString();
    assertThatThrownBy(() -> Program.of(List.of("sh", unread), limits(0, 0, "nobody")))
        .hasMessageStartingWith("--user nobody may not run '" + unread + "'; give it the right");
  }
}
