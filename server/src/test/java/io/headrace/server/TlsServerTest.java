package io.headrace.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.server.tls.TlsContext;
import io.headrace.server.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's TLS, with the JDK's own as the client. */
final class TlsServerTest {
  private static final int JOB_BYTES = 4 << 20;

  @TempDir private static Path folder;

  private static Optional<HeadraceServer> started = Optional.empty();
  private static Optional<SSLContext> trusting = Optional.empty();

  @BeforeAll
  static void starts() throws Exception {
    var certificates = new Certificates(folder);
    var own = certificates.selfSigned("server");
    started = Optional.of(start(new TlsFiles(own, certificates.key("server"), Optional.empty())));
    trusting = Optional.of(TlsContext.ofClient(Optional.of(own), Optional.empty()));
  }

  private static HeadraceServer start(TlsFiles files) {
    var plain =
        new ServerOptions(
            "0.1.0", List.of(ListenAddress.parse("tls:127.0.0.1:0")), JOB_BYTES, 64 << 20, 10_000);
    return HeadraceServer.start(
        plain.with(new SecurityOptions(Optional.of(files), Optional.empty())));
  }

  @AfterAll
  static void ends() {
    started.ifPresent(HeadraceServer::close);
  }

  private static int port() {
    var address = started.orElseThrow().addresses().getFirst();
    assertThat(address).startsWith("tls:127.0.0.1:");
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static Socket plain() throws IOException {
    return Served.connect(InetAddress.getLoopbackAddress(), port());
  }

  private static SSLSocket connect(String version) throws IOException {
    return over(plain(), version);
  }

  private static SSLSocket over(Socket socket, String version) throws IOException {
    var factory = trusting.orElseThrow().getSocketFactory();
    var tls = (SSLSocket) factory.createSocket(socket, "127.0.0.1", port(), /* autoClose= */ true);
    tls.setEnabledProtocols(new String[] {version});
    tls.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Served.PATIENCE_S));
    tls.startHandshake();
    return tls;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void expect(Socket socket, String text) {
    assertThat(Served.read(socket, text.length())).asString(US_ASCII).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void a_job_goes_round(String version) throws IOException {
    try (var socket = connect(version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      say(socket, "use " + version + "\r\nwatch " + version + "\r\nput 0 0 60 5\r\nhello\r\n");
      expect(socket, "USING " + version + "\r\nWATCHING 2\r\nINSERTED ");
      while (socket.getInputStream().read() != '\n') {
        // The rest of the line.
      }
      say(socket, "reserve\r\n");
      expect(socket, "RESERVED ");
      while (socket.getInputStream().read() != '\n') {
        // The rest of the line.
      }
      expect(socket, "hello\r\n");
      say(socket, "quit\r\n");
      assertThat(socket.getInputStream().read()).as("the end, by close_notify").isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void a_large_body_comes_back_as_it_went(String version) throws Exception {
    var random = new Random(7);
    var body = new byte[JOB_BYTES];
    random.nextBytes(body);
    try (var socket = connect(version)) {
      say(socket, "use large\r\nwatch large\r\nput 0 0 60 " + body.length + "\r\n");
      socket.getOutputStream().write(body);
      say(socket, "\r\nreserve\r\n");
      expect(socket, "USING large\r\nWATCHING 2\r\nINSERTED ");
      var in = socket.getInputStream();
      long id = number(in, '\r');
      expect(socket, "\nRESERVED ");
      assertThat(number(in, ' ')).isEqualTo(id);
      assertThat(number(in, '\r')).isEqualTo(body.length);
      expect(socket, "\n");
      assertThat(in.readNBytes(body.length)).isEqualTo(body);
      say(socket, "delete " + id + "\r\n");
      expect(socket, "\r\nDELETED\r\n");
    }
  }

  private static long number(InputStream in, char end) throws IOException {
    var digits = new StringBuilder();
    for (int next = in.read(); next != end; next = in.read()) {
      digits.append((char) next);
    }
    return Long.parseLong(digits.toString());
  }

  @Test
  void many_requests_of_one_packet_and_of_single_bytes_are_answered_alike() throws Exception {
    try (var relay = new ByteByByte();
        var socket =
            over(Served.connect(InetAddress.getLoopbackAddress(), relay.port()), "TLSv1.3");
        var whole = connect("TLSv1.3")) {
      String requests = "list-tube-used\r\n".repeat(20);
      String replies = "USING default\r\n".repeat(20);
      say(socket, requests);
      expect(socket, replies);
      say(whole, requests);
      expect(whole, replies);
    }
  }

  /** A relay that hands on each byte of the client by itself. */
  private static final class ByteByByte implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    private ByteByByte() throws IOException {
      Thread.ofVirtual().start(this::relay);
    }

    private int port() {
      return listening.getLocalPort();
    }

    private void relay() {
      try (var client = listening.accept();
          var server = plain()) {
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> copy(server, client));
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
          out.write(next);
        }
      } catch (IOException _) {
        // Either has closed.
      }
    }

    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException _) {
        // Either has closed.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  @Test
  void who_ends_its_side_still_gets_its_replies() throws IOException {
    try (var socket = connect("TLSv1.3")) {
      say(socket, "use half\r\nput 0 0 60 1\r\nx\r\n");
      socket.shutdownOutput();
      var all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(all).startsWith("USING half\r\nINSERTED ").endsWith("\r\n");
    }
  }

  @Test
  void what_a_vanished_worker_held_is_ready_again() throws Exception {
    try (var other = connect("TLSv1.2")) {
      say(other, "use vanished\r\nwatch vanished\r\nput 0 0 600 1\r\nx\r\n");
      var raw = plain();
      var worker = over(raw, "TLSv1.2");
      say(worker, "watch vanished\r\nreserve\r\n");
      expect(worker, "WATCHING 2\r\nRESERVED ");
      raw.close();
      expect(other, "USING vanished\r\nWATCHING 2\r\nINSERTED ");
      number(other.getInputStream(), '\r');
      say(other, "reserve\r\n");
      expect(other, "\nRESERVED ");
    }
  }

  @Test
  void bytes_that_are_no_tls_are_answered_by_an_alert_and_the_end() throws IOException {
    try (var socket = plain()) {
      socket.getOutputStream().write("put 0 0 60 1\r\nx\r\n".getBytes(ISO_8859_1));
      byte[] alert = socket.getInputStream().readAllBytes();
      assertThat(alert).hasSize(7).startsWith(21);
    }
    a_job_goes_round("TLSv1.3");
  }

  @Test
  void a_peer_asks_in_vain_for_a_second_handshake() throws IOException {
    try (var socket = connect("TLSv1.2")) {
      say(socket, "use again\r\n");
      expect(socket, "USING again\r\n");
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                say(socket, "list-tube-used\r\n");
                Served.read(socket, 1);
              })
          .satisfiesAnyOf(
              e -> assertThat(e).isInstanceOf(IOException.class),
              e -> assertThat(e).isInstanceOf(UncheckedIOException.class));
    }
  }

  @Test
  void more_handshakes_than_there_are_places_for_wait_for_one() throws Exception {
    var silent = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 256; i++) {
        silent.add(plain());
      }
      var late = CompletableFuture.supplyAsync(TlsServerTest::handshake);
      assertThatThrownBy(() -> late.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      silent.getFirst().close();
      assertThat(late.get(Served.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("TLSv1.3");
    } finally {
      for (var socket : silent) {
        socket.close();
      }
    }
  }

  private static String handshake() {
    try (var socket = connect("TLSv1.3")) {
      return socket.getSession().getProtocol();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void who_says_nothing_is_closed_in_the_end() throws IOException {
    try (var socket = plain()) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_client_without_a_certificate_is_refused_where_one_is_asked_for() throws Exception {
    var certificates = new Certificates(folder);
    var own = certificates.selfSigned("strict");
    var client = certificates.selfSigned("client");
    try (var server = start(new TlsFiles(own, certificates.key("strict"), Optional.of(client)))) {
      var address = server.addresses().getFirst();
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      var files = new TlsFiles(client, certificates.key("client"), Optional.empty());
      var known = TlsContext.ofClient(Optional.of(own), Optional.of(files));
      try (var socket = known.getSocketFactory().createSocket("127.0.0.1", port)) {
        say(socket, "list-tube-used\r\n");
        expect(socket, "USING default\r\n");
      }
      var nobody = TlsContext.ofClient(Optional.of(own), Optional.empty());
      try (var socket = nobody.getSocketFactory().createSocket("127.0.0.1", port)) {
        // Nothing is said: what is written behind the refusal may break the pipe before it is read.
        socket.setSoTimeout(30_000);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SSLException.class);
      }
    }
  }
}
