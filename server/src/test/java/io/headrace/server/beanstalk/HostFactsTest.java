package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.ConnectionNumbers;
import io.headrace.server.TurnTimes;
import org.junit.jupiter.api.Test;

final class HostFactsTest {
  @Test
  void the_facts_are_those_of_this_process_and_machine() {
    var facts =
        HostFacts.read("0.1.0", 0xabcL, new TurnTimes(), _ -> 0, () -> ConnectionNumbers.NONE);
    assertThat(facts.instance()).isEqualTo("0000000000000abc");
    assertThat(facts.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(facts.hostname()).isNotBlank();
    assertThat(facts.os()).isNotBlank();
    assertThat(facts.platform()).isIn("x86_64", "aarch64");
  }

  @Test
  void a_jvm_that_runs_tests_has_used_processor_time() {
    var cpu = ProcCpuTimes.open();
    long before = cpu.userMicros();
    assertThat(before).isPositive();
    assertThat(cpu.userMicros()).isGreaterThanOrEqualTo(before);
    assertThat(cpu.systemMicros()).isPositive();
  }
}
