package io.headrace.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.http.Deadlines;
import io.headrace.http.Exchange;
import io.headrace.http.HttpProbe;
import io.headrace.http.Request;
import io.headrace.http.Sizes;
import io.headrace.http.WebAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictRulesTest {
  private static VerdictRules rules(String... rules) {
    return VerdictRules.of(List.of(rules), VerdictRulesTest::seconds);
  }

  private static Duration seconds(String text) {
    if (!text.matches("\\d+s")) {
      throw new IllegalArgumentException("'" + text + "' is no duration");
    }
    return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
  }

  /** What is made of a server that says this and closes. */
  private static Exchange answered(String text) throws IOException, InterruptedException {
    try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try (var socket = listener.accept()) {
              // The whole request first: a close with bytes unread would be a reset.
              var last = "";
              while (!last.endsWith("\r\n\r\n")) {
                last += (char) socket.getInputStream().read();
              }
              socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      var url = "http://127.0.0.1:" + listener.getLocalPort() + "/";
      return new HttpProbe(Deadlines.defaults(), Sizes.defaults(), Optional.empty())
          .run(Request.get(WebAddress.parse(url)));
    }
  }

  private static Exchange status(int status) throws IOException, InterruptedException {
    return answered("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void verdicts_statuses_and_lists_have_their_ends() throws Exception {
    var rules =
        rules("truncated,reset=bury", "404,410=delete", "5xx=delay:30s", "unexpected-status=bury");
    assertThat(rules.of(answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")))
        .isEqualTo(new Ending.Bury());
    assertThat(rules.of(answered("SSH-2.0\r\n"))).isEqualTo(new Ending.Release());
    assertThat(rules.of(status(410))).isEqualTo(new Ending.Delete());
    assertThat(rules.of(status(503))).isEqualTo(new Ending.Delay(Duration.ofSeconds(30)));
    assertThat(rules.of(status(302))).isEqualTo(new Ending.Bury());
  }

  @Test
  void what_nobody_rules_is_tried_again() throws Exception {
    assertThat(rules().of(status(404))).isEqualTo(new Ending.Release());
    assertThat(rules("5xx=bury").of(status(404))).isEqualTo(new Ending.Release());
  }

  @Test
  void a_rule_for_a_status_says_nothing_of_a_response_that_is_not_whole() throws Exception {
    var cut = answered("HTTP/1.1 404 X\r\nContent-Length: 9\r\n\r\nx");
    assertThat(rules("404=delete").of(cut)).isEqualTo(new Ending.Release());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404          | --on-verdict '404' is no rule; write CLASS=WHAT, as in --on-verdict
          404=forget   | --on-verdict '404=forget': 'forget' is not delete, release, bury or delay
          404=died     | --on-verdict '404=died': 'died' is not delete, release, bury or delay
          404=delay:x  | --on-verdict '404=delay:x': 'x' is no duration
          cut=bury     | there is no verdict 'cut'; there are certificate, connect-failed,
          99=bury      | there is no verdict '99'
          =bury        | there is no verdict ''
          ok=bury      | ok with a status that is expected always deletes the job
          """)
  void what_is_no_rule_is_refused_in_a_line_that_names_it(String rule, String message) {
    assertThatThrownBy(() -> rules(rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rules_that_contradict_each_other_are_refused() {
    assertThatThrownBy(() -> rules("404=bury", "4xx=delete"))
        .hasMessage("--on-verdict '4xx=delete' contradicts another rule for 404; keep one");
    assertThatThrownBy(() -> rules("reset=bury", "truncated,reset=delete"))
        .hasMessageContaining("contradicts another rule for reset");
    assertThat(rules("404=bury", "4xx=bury")).isNotNull();
  }
}
