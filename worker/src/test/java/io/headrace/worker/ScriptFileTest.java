package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScriptFileTest {
  @TempDir Path folder;
  private Path path;
  private ScriptFile file;

  @BeforeEach
  void writes_it() throws IOException {
    path = Files.writeString(folder.resolve("do.sh"), "one");
    file = new ScriptFile(path);
  }

  @Test
  void deaths_that_begin_with_a_new_content_are_told_with_both() throws Exception {
    var first = file.current();
    Files.writeString(path, "another");
    var second = file.current();
    assertThat(second.sha256()).isNotEqualTo(first.sha256());
    assertThat(file.suspicion()).isEmpty();
    file.current();
    assertThat(file.died(second))
        .singleElement()
        .asString()
        .contains("new since", "before: sha256 " + first.sha256(), "1 of 2 runs have died");
    assertThat(file.suspicion())
        .matches(
            "1 of 2 runs died since the script changed [(]sha256 %.12s, \\d\\d:\\d\\d[)]"
                .formatted(second.sha256()));
  }

  @Test
  void deaths_that_were_there_before_are_not_blamed_on_the_change() throws Exception {
    assertThat(file.died(file.current())).isEmpty();
    Files.writeString(path, "another");
    assertThat(file.died(file.current())).isEmpty();
    assertThat(file.suspicion()).isEmpty();
  }

  @Test
  void one_that_is_gone_for_a_while_is_no_new_one() throws Exception {
    var ran = file.current();
    Files.delete(path);
    assertThatThrownBy(() -> file.current())
        .isInstanceOf(SpawnException.class)
        .hasMessage(path + " is not there any more; put it back");
    assertThat(file.died(ran)).containsExactly("the file was removed while this ran");
    Files.writeString(path, "one");
    assertThat(file.current()).isEqualTo(ran);
    assertThat(file.suspicion()).isEmpty();
  }

  @Test
  void one_that_is_replaced_while_it_runs_is_told_with_what_it_is_now() throws Exception {
    var ran = file.current();
    Files.writeString(path, "another");
    assertThat(file.died(ran))
        .singleElement()
        .asString()
        .startsWith("the file was changed while this ran, and has sha256 ");
    var now = file.current();
    assertThat(file.died(ran)).as("another slot runs the new one").hasSize(1);
    assertThat(file.died(now)).as("it died before, too").isEmpty();
  }
}
