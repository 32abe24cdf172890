package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of servers become verdicts, in whatever pieces they come. */
final class ResponseDecoderTest {
  /** Answers up to this are cut at every byte, longer ones at some. */
  private static final int BYTES_CUT_ALL = 600;

  private static final int MUTANTS = 20_000;

  static List<Answer> answers() {
    return Answers.all();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void an_answer_gets_its_verdict(Answer answer) {
    var told = Told.of(answer);
    assertThat(told.verdict()).isEqualTo(answer.verdict());
    assertThat(told.body()).isEqualTo(answer.body());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void how_it_is_cut_makes_no_difference(Answer answer) {
    var whole = Told.of(answer);
    int bytes = answer.said().length();
    int step = bytes <= BYTES_CUT_ALL ? 1 : bytes / 50;
    for (int cut = 1; cut < bytes; cut += step) {
      assertThat(Told.of(answer, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
    assertThat(Told.of(answer, IntStream.range(1, bytes).toArray())).isEqualTo(whole);
  }

  @Test
  void there_are_answers_enough_and_each_has_a_name() {
    assertThat(answers()).hasSizeGreaterThan(90);
    assertThat(answers().stream().map(Answer::name)).doesNotHaveDuplicates();
  }

  @Test
  void any_change_of_an_answer_ends_in_a_verdict_however_it_is_cut() {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("ResponseDecoderTest seed " + seed);
    var random = new Random(seed);
    var small = answers().stream().filter(one -> one.said().length() < BYTES_CUT_ALL).toList();
    for (int i = 0; i < MUTANTS; i++) {
      var mutant = Mutants.ofBytes(small.get(random.nextInt(small.size())), random);
      int bytes = mutant.said().length();
      var cuts = random.ints(random.nextInt(5), 0, bytes + 1).sorted().toArray();
      assertThat(Told.of(mutant, cuts))
          .as("%s, cut at %s", Escaped.of(mutant.said()), cuts)
          .isEqualTo(Told.of(mutant));
    }
  }

  @Test
  void headers_trailers_and_interim_responses_are_told_apart() {
    var decoder = new ResponseDecoder(false, Sizes.defaults());
    decoder.take(bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
    decoder.take(bytes("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n"));
    decoder.take(bytes("Set-Cookie: a\r\nset-cookie: b\r\n\r\n0\r\nExpires: never\r\n\r\n"));
    assertThat(decoder.ifClosed(true)).isEqualTo(new Verdict.Ok());
    var response = decoder.response();
    assertThat(response.statusLine()).isEqualTo("HTTP/1.1 404 Not Found");
    assertThat(response.status()).hasValue(404);
    assertThat(response.interim()).isOne();
    assertThat(Header.values(response.headers(), "Set-Cookie")).containsExactly("a", "b");
    assertThat(response.headers()).hasSize(3);
    assertThat(response.trailers()).containsExactly(new Header("Expires", "never"));
  }

  @Test
  void what_came_before_it_failed_is_kept() {
    var decoder = new ResponseDecoder(false, Sizes.defaults());
    decoder.take(bytes("HTTP/1.1 500 Oh\r\nServer: x\r\nContent-Length: ?\r\n\r\nhello"));
    assertThat(decoder.isOver()).isTrue();
    var response = decoder.response();
    assertThat(response.status()).hasValue(500);
    assertThat(response.headers()).contains(new Header("Server", "x"));
    assertThat(new String(response.first(), ISO_8859_1)).endsWith("\r\n\r\nhello");
  }

  @Test
  void of_a_large_body_the_beginning_is_kept_and_all_is_counted() {
    var decoder = new ResponseDecoder(false, Sizes.defaults().withBodyKeptMax(1000));
    decoder.take(bytes("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"));
    for (int i = 0; i < 300; i++) {
      assertThat(decoder.isOver()).isFalse();
      decoder.take(bytes("0123456789".repeat(100)));
    }
    assertThat(decoder.ifClosed(true)).isEqualTo(new Verdict.Ok());
    assertThat(decoder.response().body()).hasSize(1000);
    assertThat(decoder.response().bodyBytes()).isEqualTo(300_000);
    assertThat(decoder.response().first()).hasSize(Sizes.defaults().firstKeptMax());
  }

  @Test
  void a_body_that_is_larger_than_is_read_is_too_large() {
    var sizes = Sizes.defaults().withBodyBytesMax(10);
    for (var body :
        List.of(
            "Content-Length: 11\r\n\r\n0123456789x",
            "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n6789xx\r\n0\r\n\r\n",
            "\r\n0123456789x")) {
      var decoder = new ResponseDecoder(false, sizes);
      decoder.take(bytes("HTTP/1.1 200 OK\r\n" + body));
      assertThat(decoder.ifClosed(true)).isEqualTo(new Verdict.TooLarge(10, "bytes of body"));
      assertThat(decoder.response().body()).asString(ISO_8859_1).isEqualTo("0123456789");
    }
    var decoder = new ResponseDecoder(false, sizes);
    decoder.take(bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"));
    assertThat(decoder.ifClosed(true)).isEqualTo(new Verdict.Ok());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
