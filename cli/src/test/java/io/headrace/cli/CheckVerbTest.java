package io.headrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code headrace check} as a process, against a server that says what it is told to. */
final class CheckVerbTest {
  private final ServerSocket listener = listener();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private volatile String request = "";

  CheckVerbTest() {
    Thread.ofVirtual().start(this::serve);
  }

  private static ServerSocket listener() {
    try {
      return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void serve() {
    while (true) {
      try (var socket = listener.accept()) {
        asked.incrementAndGet();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) socket.getInputStream().read());
        }
        request = head.toString();
        socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      } catch (IOException e) {
        return;
      }
    }
  }

  @AfterEach
  void stops_the_server() throws IOException {
    listener.close();
  }

  private String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/x";
  }

  @Test
  void a_good_answer_is_told_with_its_phases() {
    var ran = Ran.with("check", "--header", "X-A: b", url());
    assertThat(ran.exit()).as("%s", ran).isZero();
    assertThat(ran.out())
        .startsWith("GET " + url() + " (127.0.0.1:")
        .containsPattern("\n  connect +\\d+\\.\\d ms\n")
        .containsPattern("\n  first byte +\\d+\\.\\d ms\n")
        .contains("\n  HTTP/1.1 200 OK\n  headers: 1, body: 5 bytes\n  ok\n")
        .doesNotContain("came first");
    assertThat(request).startsWith("GET /x HTTP/1.1\r\n").contains("\r\nX-A: b\r\n");
  }

  @Test
  void an_answer_that_is_cut_is_told_with_its_first_bytes() {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel\u001b";
    var ran = Ran.with("check", url());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains("\n  truncated(4/9)\n")
        .contains("\n  came first: HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhel\\x1b\n");
  }

  @Test
  void a_status_that_is_not_expected_is_no_success() {
    answer = "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n";
    var ran = Ran.with("check", url());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains("\n  ok-lenient(no blank behind the status code), but not 200-299\n");
    assertThat(Ran.with("check", "--expect", "4xx", url()).exit()).isZero();
  }

  @Test
  void programs_get_json() {
    answer = "HTTP/1.1 200 OK\r\nA: \"b\"\r\n\r\nhello";
    var ran = Ran.with("check", "--json", "--body", "x", "--repeat", "2", "--every", "1ms", url());
    assertThat(ran.exit()).as("%s", ran).isZero();
    assertThat(ran.out().lines().toList())
        .hasSize(2)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith("{\"url\":\"" + url() + "\",\"method\":\"POST\",\"peer\":\"127.0.0.1:")
                .contains("\"good\":true,\"verdict\":\"ok\",\"why\":\"\",\"status\":200,")
                .contains("\"headers\":[{\"name\":\"A\",\"value\":\"\\\"b\\\"\"}]")
                .contains("\"body-bytes\":5,")
                .containsPattern("\"ms\":\\{\"dns\":[\\d.E-]+,\"connect\":"));
    assertThat(asked).hasValue(2);
  }

  @Test
  void repetitions_are_counted() {
    answer = "SSH-2.0\r\n";
    var ran = Ran.with("check", "--repeat", "2", "--every", "1ms", url());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).isEqualTo("headrace: 2 malformed");
  }

  @Test
  void what_cannot_be_asked_is_refused_in_a_line_that_names_it_and_nothing_is_asked() {
    assertRefused("'htp://x' is no URL to ask; write http://host/path", "check", url(), "htp://x");
    assertRefused("--every is the time", "check", "--every", "1s", url());
    assertRefused("--repeat is 1 to 1000000, not 0", "check", "--repeat", "0", url());
    assertRefused("--expect: 'fine'", "check", "--expect", "fine", url());
    assertRefused("--header 'X' has no colon", "check", "--header", "X", url());
    assertRefused("'Content-Length'", "check", "--header", "Content-Length: 1", url());
    assertRefused("'get' is no method; write GET", "check", "--method", "get", url());
    assertRefused("--tls-deadline: the tls", "check", "--tls-deadline", "0s", url());
    assertRefused("--deadlin", "check", "--deadlin", "1s", url());
    assertRefused("URL", "check");
    assertRefused("--tls-ca: /none/such", "check", "--tls-ca", "/none/such", url());
    assertRefused(
        "--dns-deadline is longer than --deadline",
        "check",
        "--deadline",
        "1s",
        "--dns-deadline",
        "2s",
        url());
    assertThat(asked).hasValue(0);
  }

  private static void assertRefused(String why, String... words) {
    var ran = Ran.with(words);
    assertThat(ran.exit()).as("%s", ran).isEqualTo(2);
    assertThat(ran.complaint()).contains(why);
    assertThat(ran.out()).isEmpty();
  }
}
