package io.headrace.client;

import static io.headrace.client.Scene.ASKED;
import static io.headrace.client.Scene.BEANSTALKD;
import static io.headrace.client.Scene.HEADRACE;
import static io.headrace.client.Scene.HOLDER;
import static io.headrace.client.Scene.KEYED;
import static io.headrace.client.Scene.LONG;
import static io.headrace.client.Scene.MAIL;
import static io.headrace.client.Scene.PUT;
import static io.headrace.client.Scene.SHORT;
import static io.headrace.client.Scene.assertNotDone;
import static io.headrace.client.Scene.assertUnknown;
import static io.headrace.client.Scene.failure;
import static io.headrace.client.Scene.put;
import static io.headrace.client.Scene.then;
import static io.headrace.client.Scene.x;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.client.Scene.Quiet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class JobClientTest {
  private final Quiet listener = new Quiet();

  private JobClient client(ScriptedServer server, Duration patience) {
    return Scene.client(server, patience, listener);
  }

  @Test
  void each_tube_has_a_connection_of_its_own() throws Exception {
    try (var server =
            ScriptedServer.of(
                then(HEADRACE, "delete 3\r\n", "DELETED\r\n"),
                then(MAIL, PUT, "INSERTED 7\r\n", "kick 9\r\n", "KICKED 2\r\n"));
        var client = client(server, LONG)) {
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(7));
      assertThat(client.call("mail", Requests.kick(9))).isEqualTo(2);
      assertThat(client.call(Requests.delete(3))).isTrue();
    }
  }

  @Test
  void it_is_found_out_what_kind_of_server_it_is() throws Exception {
    for (boolean ours : new boolean[] {true, false}) {
      try (var server = ScriptedServer.of(ours ? HEADRACE : BEANSTALKD);
          var client = client(server, LONG)) {
        assertThat(client.isHeadrace()).isEqualTo(ours);
      }
    }
  }

  @Test
  void a_token_is_said_first_and_a_wrong_one_ends_it() throws Exception {
    var options =
        ClientOptions.DEFAULT
            .withCredentials(new Credentials(Optional.empty(), Optional.of("t")))
            .withListener(listener);
    var good = then(List.of("auth t\r\n", "AUTHORIZED\r\n"), HEADRACE.toArray(new String[0]));
    try (var server = ScriptedServer.of(good);
        var client = JobClient.connect(server.address(), options)) {
      assertThat(client.isHeadrace()).isTrue();
    }
    try (var server = ScriptedServer.of(List.of("auth t\r\n", "UNAUTHORIZED\r\n"))) {
      assertThatThrownBy(() -> JobClient.connect(server.address(), options))
          .isInstanceOf(UnexpectedReply.class);
    }
  }

  @Test
  void without_an_answer_the_outcome_is_unknown_and_the_next_call_has_a_new_connection()
      throws Exception {
    try (var server =
            ScriptedServer.of(HEADRACE, then(MAIL, PUT, ""), then(MAIL, PUT, "INSERTED 2\r\n"));
        var client = client(server, SHORT)) {
      var failed = failure(() -> put(client));
      assertUnknown(failed);
      assertThat(failed).hasMessageContaining(": no answer within 2 s; whether 'put'");
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void one_that_has_no_answer_takes_those_behind_it_along() throws Exception {
    try (var server = ScriptedServer.of(HEADRACE, then(MAIL, PUT + PUT, ""));
        var client = client(server, SHORT)) {
      var first = client.putAsync("mail", x(), JobOptions.DEFAULT);
      var second = client.putAsync("mail", x(), JobOptions.DEFAULT);
      assertUnknown(failure(() -> get(first)));
      assertUnknown(failure(() -> get(second)));
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Throwable {
    try {
      return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void what_the_server_had_only_half_of_is_done_over_another_connection() throws Exception {
    int bytes = 16 << 20;
    var large = "put 1024 0 60 " + bytes + "\r\n";
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(MAIL, large, "CLOSE"),
                then(
                    MAIL,
                    large + "\0".repeat(bytes) + "\r\n",
                    "INSERTED 1\r\n",
                    PUT,
                    "INSERTED 2\r\n"));
        var client = client(server, LONG)) {
      var first = client.putAsync("mail", new byte[bytes], JobOptions.DEFAULT);
      var second = client.putAsync("mail", x(), JobOptions.DEFAULT);
      assertThat(first).succeedsWithin(LONG).isEqualTo(new PutResult.Inserted(1));
      assertThat(second).succeedsWithin(LONG).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void what_may_be_done_is_not_asked_again() throws Exception {
    try (var server =
            ScriptedServer.of(HEADRACE, then(MAIL, PUT, "CLOSE"), then(MAIL, "kick 1\r\n", ""));
        var client = client(server, LONG)) {
      var failed = failure(() -> put(client));
      assertUnknown(failed);
      assertThat(failed).hasMessageContaining("the server closed the connection");
      var kick = client.send("mail", Requests.kick(1));
      server.awaitAnswers(1 + 2 + 3);
      assertThat(kick).isNotDone();
    }
  }

  @Test
  void with_a_key_it_is() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(MAIL, KEYED, "CLOSE"), then(MAIL, KEYED, "KNOWN 4\r\n"));
        var client = client(server, LONG)) {
      assertThat(client.putOnce("mail", "k", x(), JobOptions.DEFAULT))
          .isEqualTo(new PutResult.Known(4));
    }
  }

  @Test
  void a_second_attempt_that_is_refused_says_nothing_of_the_first() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(MAIL, KEYED, "CLOSE"), then(MAIL, KEYED, "OUT_OF_MEMORY\r\n"));
        var client = client(server, LONG)) {
      assertUnknown(failure(() -> client.putOnce("mail", "k", x(), JobOptions.DEFAULT)));
    }
  }

  @Test
  void a_key_that_ran_out_of_time_on_a_new_connection_may_still_be_done() throws Exception {
    try (var server = ScriptedServer.of(HEADRACE, then(MAIL, KEYED, ""));
        var client = client(server, SHORT)) {
      assertUnknown(failure(() -> client.putOnce("mail", "k", x(), JobOptions.DEFAULT)));
    }
  }

  @Test
  void a_server_that_knows_no_keys_gets_none_and_the_caller_is_told() throws Exception {
    var withoutKeys = List.of(ASKED, "OK 11\r\n---\n- died\n\r\n");
    for (var first : List.of(BEANSTALKD, withoutKeys)) {
      var mail = then(first, "use mail\r\n", "USING mail\r\n", PUT, "INSERTED 1\r\n");
      try (var server = ScriptedServer.of(first, mail);
          var client = client(server, LONG)) {
        var failed = failure(() -> client.putOnce("mail", "k", x(), JobOptions.DEFAULT));
        assertNotDone(failed);
        assertThat(failed).hasMessageContaining("does not know 'put-key'");
        assertThat(put(client)).isEqualTo(new PutResult.Inserted(1));
        assertNotDone(failure(() -> client.putOnce("mail", "k", x(), JobOptions.DEFAULT)));
      }
    }
  }

  @Test
  void a_server_of_another_kind_is_told_by_what_it_says() throws Exception {
    var gearman = "ERR unknown_command Unknown+server+command\r\n";
    try (var server = ScriptedServer.of(List.of(ASKED, gearman))) {
      assertThatThrownBy(() -> client(server, LONG))
          .isInstanceOf(UnexpectedReply.class)
          .hasMessageContaining("answered 'ERR unknown_command");
    }
  }

  @Test
  void a_reply_to_something_else_is_taken_for_nothing() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(MAIL, PUT, "DELETED\r\n"), then(MAIL, PUT, "INSERTED 2\r\n"));
        var client = client(server, LONG)) {
      var failed = failure(() -> put(client));
      assertUnknown(failed);
      assertThat(failed.refusal()).isPresent();
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void replies_that_came_together_count_up_to_the_one_that_is_none() throws Exception {
    var both = ScriptedServer.AT_ONCE + "INSERTED 1\r\nDELETED\r\n";
    try (var server = ScriptedServer.of(HEADRACE, then(MAIL, PUT + PUT, both));
        var client = client(server, LONG)) {
      var first = client.putAsync("mail", x(), JobOptions.DEFAULT);
      var second = client.putAsync("mail", x(), JobOptions.DEFAULT);
      assertThat(first).succeedsWithin(LONG).isEqualTo(new PutResult.Inserted(1));
      assertUnknown(failure(() -> get(second)));
    }
  }

  @Test
  void a_reply_that_nobody_asked_for_ends_the_connection() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(MAIL, PUT, "INSERTED 1\r\nINSERTED 2\r\n"),
                then(MAIL, PUT, "INSERTED 3\r\n"));
        var client = client(server, LONG)) {
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(1));
      assertThat(listener.awaitLost()).hasMessageContaining("said what nobody had asked for, 'I");
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(3));
    }
  }

  @Test
  void a_reply_that_came_before_its_request_is_not_taken_for_one() throws Exception {
    var early = ScriptedServer.AT_ONCE + "INSERTED 1\r\nINSERTED 2\r\n";
    var next = new CompletableFuture<CompletableFuture<PutResult>>();
    try (var server = ScriptedServer.of(HEADRACE, then(MAIL, PUT, early, PUT, ""))) {
      var ours = new CompletableFuture<JobClient>();
      // Told by the reader of the connection, between the two replies.
      var putting =
          new ClientListener() {
            @Override
            public void called(String verb, Duration took, boolean failed) {
              if (!failed && !next.isDone()) {
                next.complete(ours.join().putAsync("mail", x(), JobOptions.DEFAULT));
                awaited(server, 1 + 4);
              }
            }

            @Override
            public void lost(ServerAddress address, ClientException why) {}
          };
      try (var client =
          JobClient.connect(server.address(), ClientOptions.DEFAULT.withListener(putting))) {
        ours.complete(client);
        assertThat(put(client)).isEqualTo(new PutResult.Inserted(1));
        assertUnknown(failure(() -> get(next.join())));
      }
    }
  }

  private static void awaited(ScriptedServer server, int answers) {
    try {
      server.awaitAnswers(answers);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_refusal_leaves_the_connection_as_it_was() throws Exception {
    try (var server =
            ScriptedServer.of(
                then(
                    HEADRACE,
                    "delete 1\r\n",
                    "FORBIDDEN\r\n",
                    "clear-tube t\r\n",
                    "UNKNOWN_COMMAND\r\n",
                    "delete 2\r\n",
                    "DELETED\r\n"));
        var client = client(server, LONG)) {
      var forbidden = failure(() -> client.call(Requests.delete(1)));
      assertNotDone(forbidden);
      assertThat(forbidden.refusal())
          .hasValueSatisfying(why -> assertThat(why.forbidden()).isTrue());
      assertNotDone(failure(() -> client.call(Requests.clearTube("t"))));
      assertThat(client.call(Requests.delete(2))).isTrue();
    }
  }

  @Test
  void a_refused_line_ends_the_connection_when_its_body_would_be_taken_for_commands()
      throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(MAIL, PUT, "BAD_FORMAT\r\n"), then(MAIL, PUT, "INSERTED 2\r\n"));
        var client = client(server, LONG)) {
      assertUnknown(failure(() -> put(client)));
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void another_job_than_was_asked_for_is_not_taken() throws Exception {
    try (var server = ScriptedServer.of(then(HEADRACE, "peek 1\r\n", "FOUND 2 1\r\nx\r\n"));
        var client = client(server, LONG)) {
      assertUnknown(failure(() -> client.call(Requests.peek(1))));
    }
  }

  @Test
  void who_is_not_there_is_tried_again_until_the_deadline() throws Exception {
    var tries = new ArrayList<ClientException>();
    var counting =
        new ClientListener() {
          @Override
          public synchronized void notConnected(ServerAddress server, ClientException why) {
            tries.add(why);
          }
        };
    try (var server = ScriptedServer.of(HEADRACE, MAIL);
        var client =
            JobClient.connect(
                server.address(),
                ClientOptions.DEFAULT.withPatience(SHORT).withListener(counting))) {
      assertUnknown(failure(() -> put(client)));
      var failed = failure(() -> put(client));
      assertNotDone(failed);
      assertThat(failed).hasMessageContaining("Connection refused; 'put' was not done");
      assertThat(tries).hasSizeGreaterThan(1);
    }
  }

  @Test
  void a_call_without_a_place_fails_or_waits_for_one() throws Exception {
    var options =
        ClientOptions.DEFAULT.withPatience(SHORT).withLimits(1, 2, 1).withListener(listener);
    try (var server =
            ScriptedServer.of(HEADRACE, then(MAIL, PUT, ""), then(MAIL, PUT, "INSERTED 2\r\n"));
        var client = JobClient.connect(server.address(), options)) {
      var first = client.putAsync("mail", x(), JobOptions.DEFAULT);
      var second = failure(() -> get(client.putAsync("mail", x(), JobOptions.DEFAULT)));
      assertNotDone(second);
      assertThat(second).hasMessageContaining("(callsMax)");
      assertUnknown(failure(() -> get(first)));
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void a_tube_that_is_not_used_makes_way_for_another() throws Exception {
    var options = ClientOptions.DEFAULT.withLimits(1, 2, 1).withListener(listener);
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(MAIL, PUT, "INSERTED 1\r\n", "quit\r\n", ""),
                then(HEADRACE, "use b\r\n", "USING b\r\n", PUT, ""));
        var client = JobClient.connect(server.address(), options)) {
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(1));
      var _ = client.send(Requests.kick(1));
      var _ = client.putAsync("b", x(), JobOptions.DEFAULT);
      server.awaitAnswers(1 + 4 + 2 + 1);
      var failed = failure(() -> get(client.putAsync("c", x(), JobOptions.DEFAULT)));
      assertNotDone(failed);
      assertThat(failed).hasMessageContaining("(tubesMax)");
    }
  }

  @Test
  void a_caller_that_is_interrupted_hurts_nobody_else() throws Exception {
    try (var server =
            ScriptedServer.of(HEADRACE, then(MAIL, PUT, "", PUT, "INSERTED 1\r\nINSERTED 2\r\n"));
        var client = client(server, LONG)) {
      var failed = new CompletableFuture<CallFailed>();
      var caller = Thread.startVirtualThread(() -> failed.complete(failure(() -> put(client))));
      server.awaitAnswers(1 + 3);
      caller.interrupt();
      assertUnknown(failed.get(LONG.toSeconds(), TimeUnit.SECONDS));
      assertThat(put(client)).isEqualTo(new PutResult.Inserted(2));
    }
  }

  @Test
  void many_puts_are_handed_over_in_order_until_one_is_refused() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(MAIL, PUT + PUT + PUT, "INSERTED 1\r\nDRAINING\r\nINSERTED 3\r\n"));
        var client = client(server, LONG)) {
      var results = new ArrayList<PutResult>();
      client.putAll(
          "mail",
          List.of(x(), x(), x()).iterator(),
          JobOptions.DEFAULT,
          (_, put) -> results.add(put.join()));
      assertThat(results)
          .containsExactly(
              new PutResult.Inserted(1),
              new PutResult.Refused(PutResult.Reason.DRAINING),
              new PutResult.Inserted(3));
    }
  }

  @Test
  void a_put_does_not_wait_for_the_next_body() throws Exception {
    var inserted = "INSERTED 1\r\n";
    var mail = then(MAIL, PUT, inserted, PUT, inserted, PUT, inserted);
    // No deadline comes to its help.
    try (var server = ScriptedServer.of(HEADRACE, mail);
        var client = client(server, LONG.multipliedBy(10))) {
      put(client);
      server.awaitAnswers(1 + 3);
      // The second body comes when the first has its answer.
      var asked = new AtomicInteger();
      var bodies =
          Stream.generate(() -> {
            awaited(server, asked.getAndIncrement());
            return x();
          });
      var results = new ArrayList<PutResult>();
      client.putAll(
          "mail",
          bodies.limit(2).iterator(),
          JobOptions.DEFAULT,
          (_, put) -> results.add(put.join()));
      assertThat(results).hasSize(2);
    }
  }

  @Test
  void to_close_is_to_quit_everywhere_and_what_comes_then_fails() throws Exception {
    try (var server =
        ScriptedServer.of(
            then(HEADRACE, "quit\r\n", "CLOSE"),
            then(MAIL, PUT, "INSERTED 1\r\n", "quit\r\n", "CLOSE"),
            then(HOLDER, "quit\r\n", "CLOSE"))) {
      var client = client(server, LONG);
      put(client);
      var job = client.reserve(Duration.ofSeconds(1), "mail").orElseThrow();
      client.close();
      assertThat(listener.lost).isEmpty();
      assertNotDone(failure(() -> put(client)));
      assertNotDone(failure(() -> client.reserve(Duration.ZERO, "mail")));
      assertThat(job.isLost()).isTrue();
    }
  }

  @Test
  void a_tube_or_key_that_would_smuggle_in_a_command_is_refused_before_it_is_sent()
      throws Exception {
    try (var server = ScriptedServer.of(HEADRACE);
        var client = client(server, LONG)) {
      var wrong = "t\r\ndelete 1";
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.put(wrong, x(), JobOptions.DEFAULT));
      assertThatIllegalArgumentException().isThrownBy(() -> client.reserve(Duration.ZERO, wrong));
      assertThatIllegalArgumentException().isThrownBy(() -> client.reserve(Duration.ZERO));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.putOnce("t", wrong, x(), JobOptions.DEFAULT));
    }
  }

  @Test
  void many_threads_share_a_connection_and_each_gets_its_own_answer() throws Exception {
    int threads = 200;
    var script = new ArrayList<>(HEADRACE);
    for (int i = 0; i < threads; i++) {
      script.addAll(List.of("kick 1\r\n", "KICKED " + i + "\r\n"));
    }
    try (var server = ScriptedServer.of(script);
        var client = client(server, LONG)) {
      var answers = new LinkedBlockingQueue<Long>();
      var done = new CountDownLatch(threads);
      for (int i = 0; i < threads; i++) {
        Thread.startVirtualThread(() -> {
          answers.add(client.call(Requests.kick(1)));
          done.countDown();
        });
      }
      assertThat(done.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(answers).hasSize(threads).doesNotHaveDuplicates();
    }
  }
}
