package io.headrace.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.server.ListenAddress;
import io.headrace.server.Quantity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationLoaderTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("headrace.toml"), text);
  }

  private static Configuration load(
      Map<String, List<String>> flags, Map<String, String> environment, Path file) {
    return new ConfigurationLoader(flags, environment, Optional.of(file)).load();
  }

  private Configuration load(String text) throws IOException {
    return load(Map.of(), Map.of(), file(text));
  }

  @Test
  void a_flag_is_stronger_than_the_environment_that_than_the_file_and_that_than_the_default()
      throws IOException {
    var file = file("max-job-size = 1\nmemory-max = \"1GiB\"\nconnections-max = 3\n");
    var loaded =
        load(
            Map.of("max-job-size", List.of("3")),
            Map.of("HEADRACE_MAX_JOB_SIZE", "2", "HEADRACE_MEMORY_MAX", "2GiB"),
            file);
    assertThat(loaded.get(Settings.MAX_JOB_SIZE)).isEqualTo(3);
    assertThat(loaded.origin(Settings.MAX_JOB_SIZE)).hasToString("flag --max-job-size");
    assertThat(loaded.get(Settings.MEMORY_MAX)).isEqualTo(2L << 30);
    assertThat(loaded.origin(Settings.MEMORY_MAX)).hasToString("env HEADRACE_MEMORY_MAX");
    assertThat(loaded.get(Settings.CONNECTIONS_MAX)).isEqualTo(3);
    assertThat(loaded.origin(Settings.CONNECTIONS_MAX)).hasToString(file + ":3");
    assertThat(loaded.get(Settings.DURABILITY)).isEqualTo(new Durable.Fsync());
    assertThat(loaded.origin(Settings.DURABILITY)).hasToString("default");
  }

  @Test
  void an_empty_variable_sets_nothing() throws IOException {
    var loaded = load(Map.of(), Map.of("HEADRACE_DATA", "", "HEADRACE_LISTEN", ""), file(""));
    assertThat(loaded.origin(Settings.DATA)).hasToString("default");
    assertThat(loaded.origin(Settings.LISTEN)).hasToString("default");
  }

  @Test
  void a_list_is_an_array_in_the_file_and_has_commas_in_the_environment() throws IOException {
    assertThat(load("listen = [\"a:1\", \"unix:/b\"]").all(Settings.LISTEN))
        .containsExactly("a:1", "unix:/b");
    assertThat(load("listen = \":1\"").all(Settings.LISTEN)).containsExactly(":1");
    assertThat(load(Map.of(), Map.of("HEADRACE_LISTEN", "a:1,b:2"), file("")).all(Settings.LISTEN))
        .containsExactly("a:1", "b:2");
  }

  @Test
  void an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
    assertThatThrownBy(() -> load("\ndurabilty = \"fsync\"\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            folder.resolve("headrace.toml")
                + ":2: unknown key 'durabilty'. Did you mean 'durability'?");
    assertThatThrownBy(() -> load("[server]\nport = 1\n")).hasMessageContaining(":1: ");
  }

  @Test
  void a_wrong_value_is_refused_with_its_place_and_what_would_be_right() {
    assertThatThrownBy(() -> load("data = \"/d\"\ndurability = \"always\"\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("headrace.toml:2: durability: 'always'")
        .hasMessageContaining("interval:50ms");
    assertThatThrownBy(() -> load("max-job-size = \"2GiB\"")).hasMessageContaining("at most 1GiB");
    assertThatThrownBy(() -> load("max-job-size = 1.5")).hasMessageContaining("in quotes");
    assertThatThrownBy(() -> load("data = [\"a\"]")).hasMessageContaining("data must be one");
    assertThatThrownBy(() -> load("listen = []")).hasMessageContaining("the list is empty");
    assertThatThrownBy(() -> load("listen = [\n")).hasMessageContaining("headrace.toml:");
  }

  @Test
  void a_file_that_was_named_must_be_there() {
    assertThatThrownBy(() -> load(Map.of(), Map.of(), folder.resolve("nope")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nope: no such file");
    var loader =
        new ConfigurationLoader(
            Map.of(), Map.of("HEADRACE_CONFIG", "/nowhere/h.toml"), Optional.empty());
    assertThatThrownBy(loader::load).hasMessageContaining("HEADRACE_CONFIG");
  }

  @Test
  void a_variable_that_was_probably_meant_as_a_setting_is_named() {
    var loader =
        new ConfigurationLoader(
            Map.of(),
            Map.of(
                "HEADRACE_DURABILTY",
                "none",
                "HEADRACE_DATA_DIR",
                "/d",
                "HEADRACE_JAVA_OPTS",
                "",
                "HEADRACE_DATA",
                "/d"),
            Optional.empty());
    assertThat(loader.doubtfulVariables())
        .containsExactly(
            "HEADRACE_DATA_DIR is set, and is no setting; did you mean HEADRACE_DATA?",
            "HEADRACE_DURABILTY is set, and is no setting; did you mean HEADRACE_DURABILITY?");
  }

  @Test
  void the_verbs_find_the_server_where_it_listens_first_unless_they_are_told() throws IOException {
    assertThat(server("")).isEqualTo("127.0.0.1:11300");
    assertThat(server("listen = [\"10.0.0.1:7\", \":8\"]")).isEqualTo("10.0.0.1:7");
    for (var every : List.of(":7", "7", "0.0.0.0:7", "[::]:7")) {
      assertThat(server("listen = \"" + every + "\"")).as(every).isEqualTo("127.0.0.1:7");
    }
    assertThat(server("listen = \"::1\"")).isEqualTo("[::1]:11300");
    assertThat(server("listen = \"unix:/run/h.sock\"")).isEqualTo("unix:/run/h.sock");
    assertThat(server("listen = \":x\"")).isEqualTo(":x");
    assertThat(server("listen = \":7\"\nserver = \"other:8\"")).isEqualTo("other:8");
  }

  private String server(String text) throws IOException {
    return load(text).get(Settings.SERVER);
  }

  @Test
  void a_command_for_events_may_have_commas_and_none_means_none() throws IOException {
    assertThat(load("on-event = \"logger a,b\"").get(Settings.ON_EVENT)).contains("logger a,b");
    assertThat(load("").get(Settings.ON_EVENT)).isEmpty();
    assertThat(load("").get(Settings.ON_EVENT_RATE)).isEqualTo(60);
    assertThat(load("").get(Settings.ON_EVENT_AGE)).isEmpty();
    assertThat(load("on-event-age = \"5m\"").get(Settings.ON_EVENT_AGE))
        .contains(Duration.ofMinutes(5));
    assertThatThrownBy(() -> load("on-event-age = 0")).hasMessageContaining("write 5m");
    assertThatThrownBy(() -> load("on-event = \" \"")).hasMessageContaining("command is missing");
    assertThatThrownBy(() -> load("on-event-rate = 0")).hasMessageContaining("on-event-rate: '0'");
  }

  @Test
  void a_url_for_events_is_one_of_http_or_https() throws IOException {
    assertThat(load("on-event-url = \"https://h.test/a?b\"").get(Settings.ON_EVENT_URL))
        .contains(URI.create("https://h.test/a?b"));
    assertThat(load("").get(Settings.ON_EVENT_URL)).isEmpty();
    for (var wrong :
        List.of("h.test/a", "ftp://h.test", "http:/a", "http://u:p@h.test", "http://h_t/")) {
      assertThatThrownBy(() -> load("on-event-url = \"" + wrong + "\""))
          .as(wrong)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("headrace.toml:1: on-event-url: '" + wrong + "'")
          .hasMessageContaining("write http://host/path");
    }
    assertThatThrownBy(() -> load("on-event-url = \"http://a b\""))
        .hasMessageContaining("headrace.toml:1: on-event-url: ")
        .hasMessageContaining("http://a b");
  }

  @Test
  void metrics_are_told_at_a_tcp_address_or_nowhere() throws IOException {
    var loopback = new ListenAddress.Tcp("127.0.0.1", 11_380);
    assertThat(load("").get(Settings.ADMIN_LISTEN)).contains(loopback);
    assertThat(load("admin-listen = \"127.0.0.1\"").get(Settings.ADMIN_LISTEN)).contains(loopback);
    assertThat(load("admin-listen = \"none\"").get(Settings.ADMIN_LISTEN)).isEmpty();
    assertThatThrownBy(() -> load("admin-listen = \"unix:/run/h.sock\""))
        .hasMessageContaining("headrace.toml:1: admin-listen: 'unix:/run/h.sock'")
        .hasMessageContaining("write host:port");
  }

  @Test
  void a_policy_is_read_as_a_tube_takes_it() throws IOException {
    assertThat(load("").get(Settings.POLICY)).isEqualTo(PolicySettings.NONE);
    assertThat(load("policy = \"max-deaths=0\"").get(Settings.POLICY))
        .isEqualTo(PolicySettings.NONE.with(PolicyKey.MAX_DEATHS, 0));
    assertThat(load("policy = \"none\"").get(Settings.POLICY)).isEqualTo(PolicySettings.NONE);
    assertThatThrownBy(() -> load("policy = \" \"")).hasMessageContaining("policies are missing");
    assertThatThrownBy(() -> load("policy = \"max-death=0\""))
        .hasMessageContaining("headrace.toml:1: policy: max-death: there is no such policy");
  }

  @Test
  void every_default_can_be_used() throws IOException {
    var loaded = load("");
    assertThat(Settings.ALL)
        .allSatisfy(setting -> assertThat(loaded.texts(setting)).isNotEmpty().doesNotContain(""));
    assertThat(loaded.get(Settings.MEMORY_MAX)).isPositive();
  }

  @Test
  void the_data_directory_does_not_depend_on_where_one_stands() {
    assertThat(DataDirectory.fallback(Map.of("STATE_DIRECTORY", "/a:/b"))).isEqualTo(Path.of("/a"));
    assertThat(DataDirectory.fallback(Map.of())).isAbsolute();
  }

  @Test
  void durations_and_sizes_are_read_as_people_write_them() {
    assertThat(Quantity.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Quantity.duration("5")).isEqualTo(Duration.ofSeconds(5));
    assertThat(Quantity.duration("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Quantity.bytes("64KiB")).isEqualTo(65_536);
    assertThat(Quantity.bytes("65535")).isEqualTo(65_535);
    assertThat(Quantity.text(16L << 20)).isEqualTo("16MiB");
    assertThat(Quantity.text(65_535)).isEqualTo("65535");
    for (var wrong : List.of("", "x", "5 parsecs", "-1", "1.5s", "99999999999999999d")) {
      assertThatThrownBy(() -> Quantity.duration(wrong)).hasMessageContaining("'" + wrong + "'");
      assertThatThrownBy(() -> Quantity.bytes(wrong)).hasMessageContaining("'" + wrong + "'");
    }
    assertThatThrownBy(() -> Quantity.seconds("1500ms")).hasMessageContaining("write 2s");
  }

  @Test
  void the_window_of_keys_is_a_second_to_a_week() throws IOException {
    assertThat(load("").get(Settings.KEY_WINDOW)).isEqualTo(Duration.ofHours(1));
    assertThat(load("key-window = \"7d\"").get(Settings.KEY_WINDOW)).isEqualTo(Duration.ofDays(7));
    for (var text : List.of("999ms", "169h", "0s", "none")) {
      assertThatThrownBy(() -> load("key-window = \"" + text + "\"").get(Settings.KEY_WINDOW))
          .as(text)
          .hasMessageContaining("'" + text + "'");
    }
  }
}
