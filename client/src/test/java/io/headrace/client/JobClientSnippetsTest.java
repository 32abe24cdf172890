package io.headrace.client;

import static io.headrace.client.Scene.ASKED;
import static io.headrace.client.Scene.BEANSTALKD;
import static io.headrace.client.Scene.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That what the documentation shows does what it says there. */
final class JobClientSnippetsTest {
  @Test
  void a_put_with_a_key_falls_back_where_there_are_none() throws Exception {
    var mail =
        List.of(
            ASKED,
            UNKNOWN,
            "use mail\r\n",
            "USING mail\r\n",
            "put 1024 0 60 7\r\nto: ada\r\n",
            "INSERTED 1\r\n");
    try (var server = ScriptedServer.of(BEANSTALKD, mail)) {
      assertThat(JobClientSnippets.put(server.address())).isEqualTo(new PutResult.Inserted(1));
    }
  }

  @Test
  void a_handler_says_what_is_to_become_of_a_job() throws Exception {
    var holder =
        List.of(
            ASKED,
            UNKNOWN,
            "watch t\r\n",
            "WATCHING 2\r\n",
            "ignore default\r\n",
            "WATCHING 1\r\n",
            "reserve-with-timeout 30\r\n",
            "RESERVED 1 7\r\nto: ada\r\n",
            "delete 1\r\n",
            "DELETED\r\n",
            "reserve-with-timeout 30\r\n",
            "RESERVED 2 1\r\n \r\n",
            "bury 2 0\r\n",
            "BURIED\r\n",
            "reserve-with-timeout 30\r\n",
            "RESERVED 3 4\r\nwhat\r\n",
            "release 3 1024 60\r\n",
            "RELEASED\r\n");
    try (var server = ScriptedServer.of(BEANSTALKD, holder);
        var client = JobClient.connect(server.address());
        var _ = client.work("t", JobClientSnippets::send)) {
      server.awaitAnswers(1 + 3 + 6);
    }
  }

  @Test
  void a_listener_counts_the_calls_that_fail() throws Exception {
    var failures = JobClientSnippets.failures();
    var options = ClientOptions.DEFAULT.withListener(JobClientSnippets.counting(failures));
    var script = new ArrayList<>(BEANSTALKD);
    script.addAll(List.of("clear-tube t\r\n", "UNKNOWN_COMMAND\r\n"));
    try (var server = ScriptedServer.of(script);
        var client = JobClient.connect(server.address(), options)) {
      assertThatThrownBy(() -> client.call(Requests.clearTube("t"))).isInstanceOf(CallFailed.class);
    }
    assertThat(failures).containsOnlyKeys("clear-tube");
  }

  @Test
  void a_worker_stops_when_it_is_told_to() throws Exception {
    try (var server = ScriptedServer.of(BEANSTALKD)) {
      JobClientSnippets.work(server.address(), _ -> Ending.DONE);
    }
  }
}
