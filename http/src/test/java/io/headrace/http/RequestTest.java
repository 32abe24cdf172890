package io.headrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, what is not, and the URLs that are taken. */
final class RequestTest {
  @ParameterizedTest
  @CsvSource({
    "http://a.test,a.test,80,/,a.test",
    "HTTP://A.Test:8080/x/../y?q=1&r#frag,a.test,8080,/x/../y?q=1&r,a.test:8080",
    "https://a.test?q,a.test,443,/?q,a.test",
    "https://a_b.test:443/,a_b.test,443,/,a_b.test",
    "http://a.test:/,a.test,80,/,a.test",
    "http://127.0.0.1:65535/%20,127.0.0.1,65535,/%20,127.0.0.1:65535",
    "http://[::1]:81/,::1,81,/,[::1]:81",
    "'http://a.test/\"<>|{}^`\\',a.test,80,'/\"<>|{}^`\\',a.test"
  })
  void a_url_is_taken_apart(String url, String host, int port, String target, String authority) {
    var address = WebAddress.parse(url);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.target()).isEqualTo(target);
    assertThat(address.authority()).isEqualTo(authority);
    assertThat(WebAddress.parse(address.toString())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.test",
        "/x",
        "ftp://a.test",
        "http:/a.test",
        "http://",
        "http://:80/",
        "http://a.test:0/",
        "http://a.test:65536/",
        "http://a.test:99999999999/",
        "http://a.test:x/",
        "http://a.test/a b",
        "http://a.test/\r\nHost: b",
        "http://a.test/\u00fc",
        "http://\u00fc.test/",
        "http://a..test/",
        "http://a%41.test/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[x]/",
        "http://::1/"
      })
  void what_is_no_url_is_refused_in_one_line(String url) {
    assertThatThrownBy(() -> WebAddress.parse(url))
        .isInstanceOf(UnusableRequestException.class)
        .hasMessageMatching("[ -~]+");
  }

  @Test
  void a_password_in_a_url_is_refused_and_not_shown() {
    assertThatThrownBy(() -> WebAddress.parse("http://ada:secret@a.test/"))
        .hasMessageContaining("Authorization")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void a_url_that_is_too_long_is_refused() {
    var longest = "http://a.test/" + "x".repeat(WebAddress.CHARS_MAX - 14);
    assertThat(WebAddress.parse(longest).target()).hasSize(WebAddress.CHARS_MAX - 13);
    assertThatThrownBy(() -> WebAddress.parse(longest + "x")).hasMessageContaining("8192");
  }

  private static String sent(Request request) {
    return new String(request.toBytes(), UTF_8);
  }

  @Test
  void a_get_is_sent_as_it_should_be() {
    assertThat(sent(Request.get(WebAddress.parse("http://a.test:81/x?y"))).split("\r\n", -1))
        .containsExactly(
            "GET /x?y HTTP/1.1",
            "Host: a.test:81",
            "User-Agent: headrace",
            "Accept: */*",
            "Accept-Encoding: identity",
            "Connection: close",
            "",
            "");
  }

  @Test
  void a_body_is_sent_with_its_length_and_own_headers_replace_ours() {
    var headers = List.of(new Header("host", "b.test"), new Header("Accept", "text/html"));
    var request =
        new Request("POST", WebAddress.parse("http://a.test/"), headers, "hello".getBytes(UTF_8));
    assertThat(sent(request).split("\r\n", -1))
        .containsExactly(
            "POST / HTTP/1.1",
            "User-Agent: headrace",
            "Accept-Encoding: identity",
            "host: b.test",
            "Accept: text/html",
            "Content-Length: 5",
            "Connection: close",
            "",
            "hello");
  }

  @Test
  void a_post_without_a_body_says_so() {
    var address = WebAddress.parse("http://a.test/");
    assertThat(sent(new Request("POST", address, List.of(), new byte[0])))
        .contains("\r\nContent-Length: 0\r\n");
    assertThat(sent(new Request("DELETE", address, List.of(), new byte[0])))
        .doesNotContain("Content-Length");
  }

  @ParameterizedTest
  @CsvSource({
    "'A','b\r\nC: d'",
    "'A','b\nC: d'",
    "'A','b\0'",
    "'A','\u20ac'",
    "'A B','c'",
    "'A:','c'",
    "'','c'",
    "'A\r\nB','c'",
    "'Transfer-Encoding','chunked'",
    "'content-length','5'",
    "'Connection','keep-alive'"
  })
  void headers_that_could_begin_another_request_are_refused(String name, String value) {
    var address = WebAddress.parse("http://a.test/");
    var headers = List.of(new Header(name, value));
    assertThatThrownBy(() -> new Request("GET", address, headers, new byte[0]))
        .isInstanceOf(UnusableRequestException.class)
        .hasMessageMatching("[ -~]+");
  }

  @Test
  void more_headers_than_are_sent_are_refused() {
    var address = WebAddress.parse("http://a.test/");
    var headers = List.of(new Header("A", "x".repeat(Request.HEADER_BYTES_MAX)));
    assertThatThrownBy(() -> new Request("GET", address, headers, new byte[0]))
        .hasMessageContaining("65536");
  }

  @ParameterizedTest
  @CsvSource({"200,200", "2xx,200-299", "'200, 404','200,404'", "'300-399,5xx','300-399,500-599'"})
  void statuses_to_expect_are_read(String text, String read) {
    assertThat(Expect.parse(text).toString()).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "20x", "0xx", "099", "1000", "299-200", "200,", "200-", "ok"})
  void what_is_no_status_is_refused(String text) {
    assertThatThrownBy(() -> Expect.parse(text)).hasMessageContaining("2xx");
  }
}
