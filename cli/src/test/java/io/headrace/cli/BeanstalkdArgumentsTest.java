package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.BeanstalkdArguments.Parsed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BeanstalkdArgumentsTest {
  private static Parsed parse(String... words) {
    return BeanstalkdArguments.parse(List.of(words));
  }

  private static BeanstalkdArguments started(String... words) {
    return ((Parsed.Start) parse(words)).arguments();
  }

  @Test
  void nothing_means_memory_only_loopback_and_the_defaults_of_beanstalkd() {
    var arguments = started();
    assertThat(arguments.address()).isEmpty();
    assertThat(arguments.port()).isEqualTo("11300");
    assertThat(arguments.data()).isEmpty();
    assertThat(arguments.syncMs()).isEqualTo(50);
    assertThat(arguments.sync()).isTrue();
    assertThat(arguments.maxJobBytes()).isEqualTo(65_535);
    assertThat(arguments.segmentBytes()).isEqualTo(10_485_760);
  }

  @Test
  void values_follow_their_flag_or_stick_to_it_and_flags_may_be_joined() {
    var arguments = started("-VVF", "-f0", "-p", "1", "-Vb", "/d", "-lunix:/s", "-z5", "-s", "9");
    assertThat(arguments.verbosity()).isEqualTo(3);
    assertThat(arguments.sync()).as("-f after -F").isTrue();
    assertThat(arguments.syncMs()).isZero();
    assertThat(arguments.port()).isEqualTo("1");
    assertThat(arguments.data()).contains(Path.of("/d"));
    assertThat(arguments.address()).contains("unix:/s");
    assertThat(arguments.maxJobBytes()).isEqualTo(5);
    assertThat(arguments.segmentBytes()).isEqualTo(9);
  }

  @Test
  void the_last_word_about_syncing_counts() {
    assertThat(started("-f", "7", "-F").sync()).isFalse();
    assertThat(started("-f", "999999999999999999").syncMs()).as("a day").isEqualTo(86_400_000);
  }

  @Test
  void flags_that_mean_nothing_any_more_are_taken_with_a_warning() {
    assertThat(started("-cn").warnings()).hasSize(2);
    assertThat(started("-z", "1073741825"))
        .satisfies(arguments -> {
          assertThat(arguments.maxJobBytes()).isEqualTo(1 << 30);
          assertThat(arguments.warnings())
              .containsExactly("maximum job size was set to 1073741824");
        });
  }

  @Test
  void help_and_version_count_as_soon_as_they_are_read() {
    assertThat(parse("-VVv", "junk")).isEqualTo(new Parsed.Version());
    assertThat(parse("-h", "-q")).isEqualTo(new Parsed.Help());
  }

  @Test
  void what_beanstalkd_refuses_is_refused_with_its_words() {
    assertThat(parse("-q")).isEqualTo(new Parsed.Wrong("unknown flag: -q"));
    assertThat(parse("foo")).isEqualTo(new Parsed.Wrong("unknown argument: foo"));
    assertThat(parse("-")).isEqualTo(new Parsed.Wrong("unknown argument: -"));
    assertThat(parse("-z")).isEqualTo(new Parsed.Wrong("flag requires an argument: -z"));
    assertThat(parse("-z", "12x")).isEqualTo(new Parsed.Wrong("invalid size: 12x"));
    assertThat(parse("-f", "-1")).isEqualTo(new Parsed.Wrong("invalid size: -1"));
  }
}
