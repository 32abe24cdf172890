package io.headrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bodies of jobs that are web requests, and those that are none. */
final class JobRequestTest {
  private static final int MUTANTS = 5_000;

  private static final List<String> OURS =
      List.of("Host", "User-Agent", "Accept", "Accept-Encoding");

  private static final String FULL =
      """
      {"url": "http://a.test/x?y", "method": "PUT", "headers": {"A": "b", "C": ["d", "e"]},
       "body": "\\u00fc\\ud83d\\ude00\\n", "expect": "200-204,404"}
      """;

  private static JobRequest usable(String body) {
    return switch (JobRequest.parse(body.getBytes(UTF_8))) {
      case JobRequest.Reading.Usable(var job) -> job;
      case JobRequest.Reading.Unusable(var why) -> throw new AssertionError(why);
    };
  }

  private static String why(byte[] body) {
    return switch (JobRequest.parse(body)) {
      case JobRequest.Reading.Usable(var job) -> throw new AssertionError(job.toString());
      case JobRequest.Reading.Unusable(var why) -> why;
    };
  }

  @Test
  void a_url_is_asked_for_with_get_and_any_2xx_is_done() {
    var job = usable("https://a.test/b+c\n");
    assertThat(job.request().toString()).isEqualTo("GET https://a.test/b+c");
    assertThat(job.expect().matches(204)).isTrue();
    assertThat(job.expect().matches(302)).isFalse();
  }

  @Test
  void an_object_may_say_all_of_it() {
    var job = usable(FULL);
    assertThat(job.request().toString()).isEqualTo("PUT http://a.test/x?y");
    assertThat(job.request().headers())
        .containsExactly(new Header("A", "b"), new Header("C", "d"), new Header("C", "e"));
    assertThat(job.request().body()).isEqualTo("\u00fc\ud83d\ude00\n".getBytes(UTF_8));
    assertThat(job.expect().matches(404)).isTrue();
    assertThat(job.expect().matches(205)).isFalse();
  }

  @Test
  void an_object_with_a_body_is_a_post() {
    var job = usable("{\"url\":\"http://a.test\",\"body\":\"x\",\"expect\":[201,\"5xx\"]}");
    assertThat(job.request().method()).isEqualTo("POST");
    assertThat(job.expect().matches(201)).isTrue();
    assertThat(job.expect().matches(503)).isTrue();
    assertThat(job.expect().matches(200)).isFalse();
  }

  static List<Arguments> unusable() {
    var a = "{\"url\":\"http://a.test\"";
    return List.of(
        Arguments.of("", "empty"),
        Arguments.of("ftp://a.test/", "no URL to ask"),
        Arguments.of("{", "the end, too early, at character 2"),
        Arguments.of("{}", "no \"url\""),
        Arguments.of("{\"url\":1}", "\"url\" is no text"),
        Arguments.of("{\"url\":\"x\"}", "no URL to ask"),
        Arguments.of(a + ",\"metod\":\"GET\"}", "'metod'"),
        Arguments.of(a + ",\"url\":\"http://b.test\"}", "for the second time"),
        Arguments.of(a + "} x", "more behind its end, at character 25"),
        Arguments.of(a + ",}", "no name in double quotes"),
        Arguments.of("{'url':\"http://a.test\"}", "no name in double quotes, at character 2"),
        Arguments.of(a + ",\"expect\":true}", "no statuses"),
        Arguments.of(a + ",\"expect\":\"2\"}", "no statuses"),
        Arguments.of(a + ",\"body\":{}}", "\"body\" is no text"),
        Arguments.of(a + ",\"headers\":[]}", "\"headers\" is no object"),
        Arguments.of(a + ",\"headers\":{\"A\":1}}", "neither a text nor a list"),
        Arguments.of(a + ",\"headers\":{\"A\":\"b\\r\\nC: d\"}}", "'\\r' at character 2"),
        Arguments.of(a + ",\"headers\":{\"A:\":\"b\"}}", "a header is named 'A:'"),
        Arguments.of(a + ",\"headers\":{\"Content-Length\":\"1\"}}", "leave it out"),
        Arguments.of(a + ",\"headers\":{\"A\":\"\\ud83d\"}}", "half of a surrogate pair"),
        Arguments.of(a + ",\"method\":\"get\"}", "'get' is no method"),
        Arguments.of(a + ",\"method\":\"GET / HTTP/1.1\"}", "no method"),
        Arguments.of(a + ",\"body\":\"\\q\"}", "needs none"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void what_is_none_says_what_is_wrong(String body, String why) {
    assertThat(why(body.getBytes(UTF_8))).contains(why).doesNotContain("\n");
  }

  @Test
  void bytes_that_are_no_text_are_told_so() {
    assertThat(why(new byte[] {(byte) 0xff, 'x'})).contains("UTF-8");
  }

  @Test
  void deep_json_is_refused_before_it_hurts() {
    assertThat(why(("{\"url\":" + "[".repeat(100_000)).getBytes(UTF_8)))
        .contains("more than 16 lists");
  }

  @Test
  void any_change_of_a_body_is_read_or_refused() {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("JobRequestTest seed " + seed);
    var random = new Random(seed);
    int usable = 0;
    for (int i = 0; i < MUTANTS; i++) {
      var mutant = FULL.getBytes(UTF_8);
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutant[random.nextInt(mutant.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt()
                    : "{}[]\":,\\u0e-".charAt(random.nextInt(12)));
      }
      usable += read(mutant) ? 1 : 0;
    }
    assertThat(usable).isBetween(1, MUTANTS - 1);
  }

  static boolean read(byte[] body) {
    return switch (JobRequest.parse(body)) {
      case JobRequest.Reading.Usable(var job) -> {
        var request = job.request();
        var head = new String(request.toBytes(), UTF_8).split("\r\n\r\n", 2)[0];
        long ours = OURS.stream().filter(name -> !has(request, name)).count();
        boolean hasLength = head.contains("\r\nContent-Length: ");
        assertThat(head.lines().count())
            .as("nothing within it begins another line: %s", head)
            .isEqualTo(2 + ours + request.headers().size() + (hasLength ? 1 : 0));
        yield true;
      }
      case JobRequest.Reading.Unusable(var why) -> {
        assertThat(why).isNotBlank().doesNotContain("\n");
        yield false;
      }
    };
  }

  private static boolean has(Request request, String name) {
    return request.headers().stream().anyMatch(header -> header.is(name));
  }
}
