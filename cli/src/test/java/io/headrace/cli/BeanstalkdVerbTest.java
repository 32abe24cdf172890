package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.ServerAddress;
import io.headrace.client.ServerUnreachable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drop-in as a process: what scripts and other projects' suites rely on. */
final class BeanstalkdVerbTest {
  @TempDir private Path folder;

  @Test
  void the_version_is_two_words_on_stdout() {
    assertThat(Ran.with("beanstalkd", "-v")).isEqualTo(new Ran(0, "beanstalkd 1.13\n", ""));
  }

  @Test
  void wrong_usage_ends_with_5_and_help_with_0() {
    var unknown = Ran.with("beanstalkd", "-q");
    assertThat(unknown.exit()).isEqualTo(5);
    assertThat(unknown.err()).startsWith("beanstalkd: unknown flag: -q\nUse: beanstalkd [OPTIONS]");
    var help = Ran.with("beanstalkd", "-h");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).startsWith("Use: beanstalkd [OPTIONS]");
  }

  @Test
  void a_directory_that_cannot_be_locked_ends_with_10_and_an_unknown_user_with_33() {
    var nowhere = folder.resolve("nowhere").toString();
    assertThat(Ran.with("beanstalkd", "-p", "0", "-b", nowhere).exit()).isEqualTo(10);
    assertThat(Ran.with("beanstalkd", "-p", "0", "-u", "no such user").exit()).isEqualTo(33);
  }

  @Test
  void an_address_that_cannot_be_bound_ends_with_111() {
    assertThat(Ran.with("beanstalkd", "-p", "port").exit()).isEqualTo(111);
    assertThat(Ran.with("beanstalkd", "-l", "192.0.2.1", "-p", "0").exit()).isEqualTo(111);
  }

  @Test
  void a_binlog_of_beanstalkd_is_refused_and_left_alone() throws Exception {
    var binlog = Files.writeString(folder.resolve("binlog.1"), "theirs");
    var ran = Ran.with("beanstalkd", "-p", "0", "-b", folder.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains(folder.toString()).contains("nothing was touched");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(binlog);
    }
  }

  @Test
  void it_serves_a_unix_socket_silently_and_sigterm_ends_it_as_by_the_signal() throws Exception {
    var socket = folder.resolve("s");
    var log = folder.resolve("log");
    var process =
        Ran.builder(Map.of(), List.of("beanstalkd", "-l", "unix:" + socket, "-z", "10"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      while (!answers(new ServerAddress.Unix(socket))) {
        assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
      }
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(log).content().isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean answers(ServerAddress address) {
    try (var client = HeadraceClient.connect(address)) {
      return client.stats().getOrDefault("max-job-size", "").equals("10");
    } catch (ServerUnreachable e) {
      return false;
    }
  }
}
