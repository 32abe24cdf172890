package io.headrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Servers that answer badly, over sockets: each gets its class, nothing hangs, nothing leaks. */
final class RealServersTest {
  private static final int MUTANTS = Integer.getInteger("headrace.http.mutants", 500);

  /** Says the answer that the path of the request names, and closes. */
  private static RawServer serverOf(List<Answer> answers) throws Exception {
    return new RawServer(socket -> {
      var path = RawServer.request(socket).split(" ", 3)[1];
      RawServer.say(socket, answers.get(Integer.parseInt(path.substring(1))).said());
    });
  }

  private static Exchange ask(RawServer server, List<Answer> answers, int number)
      throws InterruptedException {
    var method = answers.get(number).toHead() ? "HEAD" : "GET";
    return Asking.ask(Asking.request(method, server.url() + number, new byte[0]), Asking.PATIENT);
  }

  @Test
  void an_answer_over_a_socket_is_told_as_it_is_from_its_bytes() throws Exception {
    var answers = Answers.all().stream().filter(Answer::properly).toList();
    try (var server = serverOf(answers)) {
      Asking.await("the server listens", () -> server.port() > 0);
      long before = Asking.openDescriptors();
      for (int i = 0; i < answers.size(); i++) {
        var exchange = ask(server, answers, i);
        assertThat(exchange.verdict().text())
            .as(answers.get(i).name())
            .isEqualTo(answers.get(i).verdict());
        assertThat(exchange.response().body()).asString().isEqualTo(answers.get(i).body());
      }
      assertNothingIsOpen(server, before);
    }
  }

  @Test
  void what_was_done_to_a_response_decides_its_class() throws Exception {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("RealServersTest seed " + seed);
    var random = new Random(seed);
    var mutants = new ArrayList<Mutants.Mutant>();
    for (int i = 0; i < MUTANTS; i++) {
      mutants.add(Mutants.ofGood(random));
    }
    var answers = mutants.stream().map(Mutants.Mutant::answer).toList();
    try (var server = serverOf(answers)) {
      long before = Asking.openDescriptors();
      for (int i = 0; i < MUTANTS; i++) {
        var exchange = ask(server, answers, i);
        var said = Escaped.of(answers.get(i).said());
        assertThat(exchange.verdict().word()).as(said).isIn(mutants.get(i).words());
        if (exchange.verdict().isWhole()) {
          assertThat(exchange.response().body())
              .asString()
              .as(said)
              .isEqualTo(answers.get(i).body());
          assertThat(exchange.isAsExpected(Expect.SUCCESS)).isTrue();
        } else {
          assertThat(exchange.isAsExpected(Expect.SUCCESS)).as(said).isFalse();
        }
      }
      assertNothingIsOpen(server, before);
    }
  }

  @Test
  void any_bytes_over_a_socket_are_told_as_they_are_from_memory() throws Exception {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("RealServersTest bytes seed " + seed);
    var random = new Random(seed);
    var good = Answers.all().stream().filter(one -> one.said().length() < 600).toList();
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < MUTANTS; i++) {
      var answer = Mutants.ofBytes(good.get(random.nextInt(good.size())), random);
      answers.add(new Answer("mutant", answer.toHead(), true, answer.said(), "", ""));
    }
    try (var server = serverOf(answers)) {
      long before = Asking.openDescriptors();
      for (int i = 0; i < MUTANTS; i++) {
        var exchange = ask(server, answers, i);
        assertThat(Told.of(exchange.verdict(), exchange.response()))
            .as(Escaped.of(answers.get(i).said()))
            .isEqualTo(Told.of(answers.get(i)));
      }
      assertNothingIsOpen(server, before);
    }
  }

  private static void assertNothingIsOpen(RawServer server, long before)
      throws InterruptedException {
    Asking.await("the server's sockets are closed", () -> server.open() == 0);
    assertThat(Asking.openDescriptors()).isLessThanOrEqualTo(before);
  }
}
