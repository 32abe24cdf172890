package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.worker.Ending;
import io.headrace.worker.ScriptTask;
import io.headrace.worker.WebTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class WorkOptionsTest {
  @TempDir Path folder;

  private static WorkOptions parsed(String words) {
    var options = new WorkOptions();
    new CommandLine(options).parseArgs(words.split(" ", -1));
    return options;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          t                          | there is nothing to run; give a tube and a script
          t -- /no/such              | '/no/such' is not there; give the path of a script
          t --procs 0 -- true        | --procs '0' is no count; write 1 to 1000, or auto
          t --on-exit 1 -- true      | --on-exit '1' is no rule; write CODE=WHAT
          t --on-exit 1=bury --on-exit 1=delete -- true | contradicts another rule for exit 1
          t --stall soon -- true     | --stall: 'soon' is no duration
          t --nofile 0 -- true       | --nofile 0 is too few; write 1 or more
          t --memory big -- true     | --memory: 'big' is no size
          t --user nobody-here -- true | --user nobody-here: there is no such user
          t --log-keep 0 -- true     | --log-keep 0 is too few; write 1 or more
          t --forever -- true        | Unknown option: '--forever'
          t --deadline 5s -- true    | --deadline is for web requests; give --http
          t --body-max 5 -- true     | --body-max is for web requests; give --http
          t --on-verdict 404=bury -- true | --on-verdict is for web requests; give --http
          t --http -- true           | with --http nothing is run; leave out 'true'
          t --http --args            | --args is for scripts and means nothing with --http
          t --http --on-exit 3=bury  | --on-exit is for scripts and means nothing with --http
          t --http --stall 5s        | --stall is for scripts and means nothing with --http
          t --http --max-time 5s     | --max-time is for scripts and means nothing with --http
          t --http --grace 5s        | --grace is for scripts and means nothing with --http
          t --http --trace           | --trace is for scripts and means nothing with --http
          t --http --memory 1GiB     | --memory is for scripts and means nothing with --http
          t --http --user nobody     | --user is for scripts and means nothing with --http
          t --http --log /tmp        | --log is for scripts and means nothing with --http
          t --http --log-keep 3      | --log-keep is for scripts and means nothing with --http
          t --http --on-verdict x    | --on-verdict 'x' is no rule; write CLASS=WHAT
          t --http --deadline 1s --dns-deadline 2s | --dns-deadline is longer than --deadline
          t --http --body-max big    | --body-max: 'big' is no size
          t --http --tls-ca /no/such | --tls-ca: /no/such
          """)
  void bad_input_names_the_option_and_the_fix(String words, String message) {
    assertThatThrownBy(() -> parsed(words).plan()).hasMessageContaining(message);
  }

  @Test
  void what_is_said_is_planned() {
    var plan = parsed("t --procs 3 --on-exit 3=bury --stall none --max-time 10m -- true a").plan();
    assertThat(plan.tubes()).containsExactly("t");
    assertThat(plan.slots()).isEqualTo(3);
    assertThat(plan.task())
        .isInstanceOfSatisfying(
            ScriptTask.class,
            script -> {
              assertThat(script.exits().of(3)).isEqualTo(new Ending.Bury());
              assertThat(script.times().stall()).isEmpty();
              assertThat(script.times().max()).contains(Duration.ofMinutes(10));
              assertThat(script.program().words()).endsWith("a");
            });
  }

  @Test
  void web_requests_are_planned() {
    var plan = parsed("t --http --procs 3 --deadline 9s --body-max 1KiB").plan();
    assertThat(plan.slots()).isEqualTo(3);
    assertThat(plan.task())
        .isInstanceOfSatisfying(
            WebTask.class,
            web -> {
              assertThat(web.deadlines().total()).hasSeconds(9);
              assertThat(web.sizes().bodyBytesMax()).isEqualTo(1024);
              assertThat(web.trust()).isEmpty();
            });
  }

  @Test
  void a_file_may_ask_for_web_requests() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("workers.toml"), "[fetch]\nhttp = true\non-verdict = [\"404=bury\"]\n");
    assertThat(WorkersFile.toml(file))
        .singleElement()
        .satisfies(entry -> assertThat(entry.plan().task()).isInstanceOf(WebTask.class));
  }

  @Test
  void what_is_wrong_in_a_file_is_said_with_its_place() throws IOException {
    assertWrong("[mail]\nprocs = 2\n", ":1: [mail]: command = [\"./script.sh\"] is missing");
    assertWrong("[mail]\ncommand = \"true\"\n", ":2: [mail]: command is a list of words; write");
    var mail = "[mail]\ncommand = [\"true\"]\n";
    assertWrong(mail + "stal = \"1s\"\n", ":3: [mail]: unknown key 'stal'. Did you mean 'stall'?");
    assertWrong(mail + "procs = 0\n", ":3: [mail]: --procs '0' is no count");
    assertWrong(mail + "args = true\nprocs = true\n", ":4: [mail]: procs is no text in quotes");
    assertWrong(mail + "until-empty = \"yes\"\n", ":3: [mail]: until-empty is true or false");
    assertWrong(
        mail + "on-exit = [\"3=bury\", \"1-9=delete\"]\n",
        ":3: [mail]: --on-exit '1-9=delete' contradicts another rule for exit 3");
    assertWrong("\n[mail]\ncommand = [\"/no/such\"]\n", ":3: [mail]: '/no/such' is not there");
    assertWrong("procs = 2\n", ":1: 'procs' stands outside a table");
    assertWrong("", " names no tube");
    assertWrong("[mail", ":1: ");
  }

  @Test
  void a_tube_may_have_any_name() throws IOException {
    var file = Files.writeString(folder.resolve("w"), "[\"-x.y\"]\ncommand = [\"true\"]\n");
    assertThat(WorkersFile.toml(file).getFirst().plan().tubes()).containsExactly("-x.y");
  }

  private void assertWrong(String text, String message) throws IOException {
    var file = Files.writeString(folder.resolve("workers.toml"), text);
    assertThatThrownBy(() -> WorkersFile.toml(file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(file + message);
  }
}
