package io.headrace.http;

import static io.headrace.http.Asking.PATIENT;
import static io.headrace.http.Asking.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that stand still, drip, break off, or are not there. */
final class SlowServersTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\n";
  private static final String IN_CHUNKS = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
  private static final byte[] LARGE = new byte[32 << 20];

  private static String said(String stage) {
    return switch (stage) {
      case "first-byte" -> "";
      case "status-line" -> "HTTP/1.1 20";
      case "headers" -> HEAD + "Server: x\r\n";
      case "body" -> HEAD + "Content-Length: 5\r\n\r\nhel";
      case "chunk" -> IN_CHUNKS + "5\r\nhel";
      case "until-close" -> HEAD + "\r\nhello";
      case "trailers" -> IN_CHUNKS + "5\r\nhello\r\n0\r\n";
      default -> throw new AssertionError(stage);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "first-byte,first-byte: first-byte deadline of 300 ms",
    "status-line,status-line: between-bytes deadline of 250 ms",
    "headers,headers: between-bytes deadline of 250 ms",
    "body,body: between-bytes deadline of 250 ms",
    "chunk,body: between-bytes deadline of 250 ms",
    "until-close,body: between-bytes deadline of 250 ms",
    "trailers,trailers: between-bytes deadline of 250 ms"
  })
  void a_server_that_stands_still_is_given_up_at_the_stage_it_is_in(String stage, String why)
      throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, said(stage));
          RawServer.staySilent(socket);
        })) {
      var deadlines =
          stage.equals("first-byte")
              ? SHORT.with(Deadline.FIRST_BYTE, Duration.ofMillis(300))
              : SHORT;
      var exchange = Asking.get(server.url(), deadlines);
      assertThat(exchange.verdict().text()).isEqualTo("read-timeout(" + why + ")");
      assertThat(exchange.response().first()).asString().isEqualTo(said(stage));
      Asking.await("it was closed", () -> server.open() == 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "first-byte,first-byte",
    "status-line,status-line",
    "headers,headers",
    "body,body",
    "chunk,body",
    "until-close,body",
    "trailers,trailers"
  })
  void a_connection_that_is_broken_off_is_no_success(String stage, String where) throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, said(stage));
          RawServer.reset(socket);
        })) {
      var exchange = Asking.get(server.url(), PATIENT);
      assertThat(exchange.verdict().text()).startsWith("reset(" + where + ": Connection reset");
      assertThat(exchange.response().first()).asString().isEqualTo(said(stage));
    }
  }

  @Test
  void a_connection_that_is_broken_off_at_once_is_told_so() throws Exception {
    try (var server = new RawServer(RawServer::reset)) {
      // When it comes before the kernel has told that there is a connection, there never was one.
      assertThat(Asking.get(server.url(), PATIENT).verdict().word())
          .isIn("reset", "connect-failed");
    }
  }

  @Test
  void one_byte_after_the_other_is_taken() throws Exception {
    var response = IN_CHUNKS + "5;a\r\nhello\r\n0\r\n\r\n";
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          for (int i = 0; i < response.length(); i++) {
            RawServer.say(socket, response.substring(i, i + 1));
          }
        })) {
      var exchange = Asking.get(server.url(), Deadlines.defaults());
      assertThat(exchange.verdict()).isEqualTo(new Verdict.Ok());
      assertThat(exchange.response().body()).asString().isEqualTo("hello");
    }
  }

  @Test
  void a_drip_ends_with_the_deadline_for_all_of_it() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, HEAD + "\r\n");
          do {
            RawServer.say(socket, "x");
          } while (RawServer.isSlow(socket, 10));
        })) {
      var deadlines = PATIENT.with(Deadline.TOTAL, Duration.ofSeconds(3));
      var exchange = Asking.get(server.url(), deadlines);
      assertThat(exchange.verdict().text())
          .isEqualTo("read-timeout(body: total deadline of 3000 ms)");
      assertThat(exchange.response().bodyBytes()).isGreaterThan(1);
    }
  }

  @Test
  void a_flood_ends_with_the_deadline_for_all_of_it_too() throws Exception {
    var kilobyte = "x".repeat(1024);
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, IN_CHUNKS);
          while (true) {
            RawServer.say(socket, "1;" + kilobyte + "\r\nx\r\n");
          }
        })) {
      var deadlines = PATIENT.with(Deadline.TOTAL, Duration.ofSeconds(3));
      assertThat(Asking.get(server.url(), deadlines).verdict().text())
          .isEqualTo("read-timeout(body: total deadline of 3000 ms)");
    }
  }

  @Test
  void an_interim_response_gives_the_next_one_its_time() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          for (int i = 0; i < 3 && RawServer.isSlow(socket, 1200); i++) {
            RawServer.say(socket, "HTTP/1.1 102 Processing\r\n\r\n");
          }
          RawServer.say(socket, HEAD + "Content-Length: 0\r\n\r\n");
        })) {
      var deadlines =
          Deadlines.defaults()
              .with(Deadline.FIRST_BYTE, Duration.ofSeconds(3))
              .with(Deadline.BETWEEN_BYTES, Duration.ofMillis(500));
      var exchange = Asking.get(server.url(), deadlines);
      assertThat(exchange.verdict()).isEqualTo(new Verdict.Ok());
      assertThat(exchange.response().interim()).isEqualTo(3);
    }
  }

  @Test
  void a_server_that_does_not_close_is_not_waited_for() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, HEAD + "Content-Length: 5\r\n\r\nhello");
          RawServer.staySilent(socket);
        })) {
      assertThat(Asking.get(server.url(), PATIENT).verdict()).isEqualTo(new Verdict.Ok());
    }
  }

  @Test
  void what_comes_late_behind_the_end_is_seen() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, HEAD + "Content-Length: 5\r\n\r\nhello");
          if (RawServer.isSlow(socket, 50)) {
            RawServer.say(socket, " you");
          }
        })) {
      var deadlines = PATIENT.withAfterEnd(Asking.HANGS);
      assertThat(Asking.get(server.url(), deadlines).verdict().text())
          .isEqualTo("ok-lenient(4 more bytes behind its end)");
    }
  }

  @Test
  void of_what_is_no_response_the_beginning_is_kept_in_whatever_pieces_it_comes() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          for (var piece : List.of("S", "SH-2.0", "-OpenSSH_9.2\r\n")) {
            RawServer.say(socket, piece);
          }
        })) {
      var exchange = Asking.get(server.url(), PATIENT.withAfterEnd(Asking.HANGS));
      assertThat(exchange.verdict().word()).isEqualTo("malformed");
      assertThat(exchange.response().first()).asString().isEqualTo("SSH-2.0-OpenSSH_9.2\r\n");
    }
  }

  @Test
  void a_request_that_nobody_reads_is_given_up() throws Exception {
    var over = new CountDownLatch(1);
    try (var server = new RawServer(_ -> over.await())) {
      var exchange = Asking.ask(Asking.request("POST", server.url(), LARGE), SHORT);
      assertThat(exchange.verdict().text())
          .isEqualTo("send-timeout(request: between-bytes deadline of 250 ms)");
    } finally {
      over.countDown();
    }
  }

  @Test
  void an_answer_that_comes_before_the_whole_request_is_taken() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nhello");
        })) {
      var exchange = Asking.ask(Asking.request("POST", server.url(), LARGE), PATIENT);
      assertThat(exchange.verdict().text())
          .isEqualTo("ok-lenient(answered before it had taken the whole request)");
      assertThat(exchange.response().status()).hasValue(413);
      assertThat(exchange.response().body()).asString().isEqualTo("hello");
    }
  }

  @Test
  void nobody_listens() throws Exception {
    // Bound and never listened on: a listener that was closed may live on in a process that another
    // test has just started.
    try (var bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      var exchange = Asking.get("http://127.0.0.1:" + bound.getLocalPort() + "/", PATIENT);
      assertThat(exchange.verdict().text()).isEqualTo("connect-failed(Connection refused)");
      assertThat(exchange.peer()).isEmpty();
    }
  }

  @Test
  void a_connection_that_does_not_come_about_is_given_up() throws Exception {
    var waiting = new ArrayList<Socket>();
    try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
      while (takes(address, waiting)) {
        assertThat(waiting).as("the backlog is full soon").hasSizeLessThan(20);
      }
      var deadlines = PATIENT.with(Deadline.CONNECT, Duration.ofMillis(200));
      var url = "http://127.0.0.1:" + listener.getLocalPort() + "/";
      assertThat(Asking.get(url, deadlines).verdict().text())
          .isEqualTo("connect-timeout(connect: connect deadline of 200 ms)");
    } finally {
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  private static boolean takes(InetSocketAddress address, List<Socket> waiting) throws IOException {
    var socket = new Socket();
    waiting.add(socket);
    try {
      socket.connect(address, 200);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static HttpProbe probe(Deadlines deadlines, Lookups lookups) {
    return new HttpProbe(deadlines, Sizes.defaults(), Optional.empty(), lookups);
  }

  @Test
  void of_many_addresses_the_first_that_takes_a_connection_is_asked() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, HEAD + "Content-Length: 0\r\n\r\n");
        })) {
      var lookups =
          new Lookups(
              _ -> List.of(InetAddress.ofLiteral("127.9.9.9"), InetAddress.ofLiteral("127.0.0.1")),
              1);
      var request = Request.get(WebAddress.parse("http://many.test:" + server.port() + "/"));
      var exchange = Asking.ask(probe(PATIENT, lookups), request);
      assertThat(exchange.verdict()).isEqualTo(new Verdict.Ok());
      assertThat(exchange.peer().orElseThrow().getAddress().getHostAddress())
          .isEqualTo("127.0.0.1");
    }
  }

  @Test
  void a_host_without_address_is_told_so() throws Exception {
    var lookups =
        new Lookups(
            host -> {
              throw new UnknownHostException(host + ": Name or service not known");
            },
            1);
    var request = Request.get(WebAddress.parse("http://no.test/"));
    assertThat(Asking.ask(probe(PATIENT, lookups), request).verdict().text())
        .isEqualTo("dns-failed(no.test: Name or service not known)");
  }

  @Test
  void look_ups_that_hang_are_left_alone_and_only_so_many() throws Exception {
    var over = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var lookups =
        new Lookups(
            host -> {
              asked.incrementAndGet();
              try {
                over.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              throw new UnknownHostException(host);
            },
            2);
    var probe = probe(PATIENT.with(Deadline.DNS, Duration.ofMillis(100)), lookups);
    for (int i = 0; i < 4; i++) {
      assertThat(
              Asking.ask(probe, Request.get(WebAddress.parse("http://slow.test/")))
                  .verdict()
                  .text())
          .isEqualTo("dns-timeout(dns: dns deadline of 100 ms)");
    }
    assertThat(asked).hasValue(2);
    over.countDown();
    Asking.await(
        "there is room again",
        () -> {
          try {
            var exchange = probe.run(Request.get(WebAddress.parse("http://slow.test/")));
            return exchange.verdict().word().equals("dns-failed");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void an_interrupt_ends_it_and_closes_the_connection() throws Exception {
    var asked = new CountDownLatch(1);
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          asked.countDown();
          RawServer.staySilent(socket);
        })) {
      var thrown = new AtomicReference<Throwable>();
      var thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  var _ = Asking.get(server.url(), Deadlines.defaults());
                } catch (InterruptedException e) {
                  thrown.set(e);
                }
              });
      asked.await();
      thread.interrupt();
      thread.join(Asking.HANGS);
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      Asking.await("it was closed", () -> server.open() == 0);
    }
  }

  @Test
  void phases_are_told_as_far_as_they_came() throws Exception {
    try (var server =
        new RawServer(socket -> {
          RawServer.request(socket);
          RawServer.say(socket, "HTTP/1.1 200");
        })) {
      var phases = Asking.get(server.url(), PATIENT).phases();
      assertThat(phases.tookNs(Phases.Phase.CONNECT)).isPresent();
      assertThat(phases.tookNs(Phases.Phase.TLS)).isEmpty();
      assertThat(phases.tookNs(Phases.Phase.FIRST_BYTE)).isPresent();
      assertThat(phases.tookNs(Phases.Phase.LAST_BYTE)).isEmpty();
      assertThat(phases.tookNs(Phases.Phase.TOTAL).orElseThrow())
          .isGreaterThanOrEqualTo(phases.tookNs(Phases.Phase.CONNECT).orElseThrow());
    }
  }

  @Test
  void deadlines_are_above_zero() {
    assertThatThrownBy(() -> PATIENT.with(Deadline.TLS, Duration.ZERO))
        .isInstanceOf(UnusableRequestException.class)
        .hasMessageContaining("tls deadline");
  }
}
