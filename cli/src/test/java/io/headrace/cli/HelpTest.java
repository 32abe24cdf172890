package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class HelpTest {
  private static List<CommandLine> leaves(CommandLine from) {
    if (from.getSubcommands().isEmpty()) {
      return List.of(from);
    }
    var leaves = new ArrayList<CommandLine>();
    from.getSubcommands().values().forEach(sub -> leaves.addAll(leaves(sub)));
    return leaves;
  }

  @Test
  void every_verb_has_help_with_an_example_of_itself() {
    assertThat(leaves(Main.wholeTree()))
        .hasSizeGreaterThan(20)
        .allSatisfy(verb ->
            assertThat(verb.getUsageMessage())
                .as("%s", verb.getCommandSpec().qualifiedName())
                .contains("--help")
                .containsPattern("Examples?[:,]")
                .containsSubsequence("Example", verb.getCommandSpec().qualifiedName()));
  }

  @Test
  void every_option_and_every_parameter_says_what_it_is() {
    assertThat(leaves(Main.wholeTree()))
        .flatMap(verb -> verb.getCommandSpec().args())
        .allSatisfy(arg -> assertThat(arg.description()).as("%s", arg).isNotEmpty());
  }

  @Test
  void help_may_come_first() {
    assertThat(Ran.with("help", "put")).isEqualTo(Ran.with("put", "--help"));
    assertThat(Ran.with("help", "beanstalkd").out()).startsWith("Use: beanstalkd [OPTIONS]");
    assertThat(Ran.with("help").out()).isEqualTo(Headrace.OVERVIEW);
  }

  @Test
  void every_verb_that_prints_something_prints_json_too() {
    assertThat(leaves(Main.wholeTree()))
        .filteredOn(verb -> !verb.getCommandSpec().qualifiedName().contains("completion"))
        .allSatisfy(verb ->
            assertThat(verb.getCommandSpec().findOption("--json"))
                .as("%s", verb.getCommandSpec().qualifiedName())
                .isNotNull());
  }

  @Test
  void the_overview_names_every_verb() {
    assertThat(Main.wholeTree().getSubcommands().keySet())
        .allSatisfy(verb -> assertThat(Headrace.OVERVIEW).containsPattern("(?m)^ .*\\b" + verb));
  }

  @Test
  void the_program_alone_shows_the_overview() {
    assertThat(Ran.with()).isEqualTo(new Ran(0, Headrace.OVERVIEW, ""));
  }

  @Test
  void completion_for_bash_is_a_script_that_bash_takes() throws Exception {
    var script = Ran.with("completion", "bash").out();
    var bash = new ProcessBuilder("bash", "-n").start();
    try (var stdin = bash.outputWriter()) {
      stdin.write(script);
    }
    assertThat(bash.waitFor()).isZero();
    assertThat(script).contains("on-failure").contains("connection").contains("canary");
  }
}
