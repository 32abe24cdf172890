package io.headrace.http;

import static io.headrace.http.Asking.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers behind TLS, with certificates that are right and wrong. */
final class TlsTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String FIVE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final String UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nhello";

  @TempDir static Path folder;

  @BeforeAll
  static void makes_certificates() throws Exception {
    var right = keytool("right", "right", "-ext", "san=ip:127.0.0.1");
    var other = keytool("other", "other", "-ext", "san=dns:other.test");
    // One that is over counts all the same where it is trusted itself: somebody else signs it.
    await(keytool("over", "signer", "-ext", "bc=ca:true"));
    var over =
        keytool(
            "over", "over", "-signer", "signer", "-ext", "san=ip:127.0.0.1", "-startdate", "-9d");
    for (var made : List.of(right, other, over)) {
      await(made);
    }
  }

  private static void await(Process process) throws InterruptedException {
    assertThat(process.waitFor(Asking.HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static Process keytool(String store, String name, String... words) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-validity",
                "2",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keystore",
                folder.resolve(store).toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD)));
    Collections.addAll(command, words);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  /** One that trusts this certificate. */
  private static SSLContext trusting(String name) {
    return context(name, false);
  }

  private static SSLContext context(String name, boolean shows) {
    try (var in = Files.newInputStream(folder.resolve(name))) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      var chain = store.getCertificateChain(name);
      var own = empty();
      own.setKeyEntry(name, store.getKey(name, PASSWORD), PASSWORD, chain);
      var keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, PASSWORD);
      var trusted = empty();
      trusted.setCertificateEntry(name, chain[chain.length - 1]);
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(
          shows ? keys.getKeyManagers() : new KeyManager[0], trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }

  private interface Secret {
    void with(SSLSocket socket, Socket below) throws IOException, InterruptedException;
  }

  private static RawServer.Talk sealed(String name, Secret talk) {
    var context = context(name, true);
    return socket -> {
      var secret = (SSLSocket) context.getSocketFactory().createSocket(socket, "client", 0, false);
      secret.setUseClientMode(false);
      talk.with(secret, socket);
    };
  }

  private static Exchange ask(RawServer server, Optional<SSLContext> trust, Deadlines deadlines)
      throws InterruptedException {
    var url = "https://127.0.0.1:" + server.port() + "/";
    var probe = new HttpProbe(deadlines, Sizes.defaults(), trust);
    return Asking.ask(probe, Request.get(WebAddress.parse(url)));
  }

  /** What is made of a server that shows no certificate. */
  private static Exchange ask(RawServer server) throws InterruptedException {
    return ask(server, Optional.of(trusting("right")), PATIENT);
  }

  /** What is made of a server that shows this certificate, which is trusted. */
  private static Exchange ask(String shown, Secret talk) throws Exception {
    try (var server = new RawServer(sealed(shown, talk))) {
      return ask(server, Optional.of(trusting(shown)), PATIENT);
    }
  }

  /** Answers, and ends with the word that TLS has for it, or without. */
  private static Secret answering(String response, boolean withWord) {
    return (secret, below) -> {
      RawServer.request(secret);
      RawServer.say(secret, response);
      (withWord ? secret : below).close();
    };
  }

  @Test
  void a_response_by_tls_is_taken() throws Exception {
    var exchange = ask("right", answering(UNTIL_CLOSE, true));
    assertThat(exchange.verdict()).isEqualTo(new Verdict.Ok());
    assertThat(exchange.response().body()).asString().isEqualTo("hello");
    assertThat(exchange.phases().tookNs(Phases.Phase.TLS)).isPresent();
  }

  @Test
  void a_body_without_length_that_ends_without_a_word_is_truncated() throws Exception {
    var exchange = ask("right", answering(UNTIL_CLOSE, false));
    assertThat(exchange.verdict().text()).isEqualTo("truncated(5/?)");
  }

  @Test
  void a_body_with_a_length_needs_no_word_at_its_end() throws Exception {
    assertThat(ask("right", answering(FIVE, false)).verdict()).isEqualTo(new Verdict.Ok());
  }

  @Test
  void a_large_body_goes_both_ways() throws Exception {
    var body = new byte[1 << 20];
    Arrays.fill(body, (byte) 'x');
    try (var server =
        new RawServer(
            sealed(
                "right",
                (secret, _) -> {
                  RawServer.request(secret);
                  var got = secret.getInputStream().readNBytes(body.length);
                  RawServer.say(
                      secret, "HTTP/1.1 200 OK\r\nContent-Length: " + got.length + "\r\n\r\n");
                  secret.getOutputStream().write(got);
                  secret.close();
                }))) {
      var url = "https://127.0.0.1:" + server.port() + "/";
      var sizes = Sizes.defaults().withBodyKeptMax(body.length);
      var probe = new HttpProbe(Deadlines.defaults(), sizes, Optional.of(trusting("right")));
      var exchange = Asking.ask(probe, Asking.request("PUT", url, body));
      assertThat(exchange.verdict()).isEqualTo(new Verdict.Ok());
      assertThat(exchange.response().body()).isEqualTo(body);
    }
  }

  @Test
  void a_certificate_that_nobody_known_has_signed_is_refused() throws Exception {
    try (var server = new RawServer(sealed("right", (secret, _) -> RawServer.request(secret)))) {
      var exchange = ask(server, Optional.empty(), PATIENT);
      assertThat(exchange.response().first()).isEmpty();
      assertThat(exchange.verdict().text())
          .startsWith("certificate(unable to find valid certification path");
    }
  }

  @Test
  void a_certificate_of_another_host_is_refused() throws Exception {
    assertThat(ask("other", (secret, _) -> RawServer.request(secret)).verdict().text())
        .startsWith("certificate(No subject alternative names");
  }

  @Test
  void a_certificate_that_is_over_is_refused() throws Exception {
    assertThat(ask("over", (secret, _) -> RawServer.request(secret)).verdict().text())
        .startsWith("certificate(NotAfter:");
  }

  @Test
  void a_server_that_speaks_no_tls_is_told_by_what_it_says() throws Exception {
    var plain = "HTTP/1.1 400 Bad Request\r\n\r\n";
    try (var server =
        new RawServer(socket -> {
          RawServer.say(socket, plain);
          RawServer.staySilent(socket);
        })) {
      var exchange = ask(server);
      assertThat(exchange.verdict().word()).isEqualTo("tls-refused");
      assertThat(exchange.response().first()).asString().isEqualTo(plain);
    }
  }

  @Test
  void a_server_that_wants_a_certificate_refuses() throws Exception {
    var exchange =
        ask(
            "right",
            (secret, _) -> {
              secret.setNeedClientAuth(true);
              RawServer.request(secret);
            });
    assertThat(exchange.verdict().word()).as(exchange.verdict().text()).isEqualTo("tls-refused");
  }

  @Test
  void a_handshake_that_stands_still_is_given_up() throws Exception {
    try (var server = new RawServer(RawServer::staySilent)) {
      var deadlines = PATIENT.with(Deadline.TLS, Duration.ofMillis(200));
      assertThat(ask(server, Optional.of(trusting("right")), deadlines).verdict().text())
          .isEqualTo("tls-timeout(tls: tls deadline of 200 ms)");
    }
  }

  @Test
  void a_handshake_that_is_closed_or_broken_off_is_told_so() throws Exception {
    try (var server = new RawServer(socket -> socket.getInputStream().read(new byte[4096]))) {
      assertThat(ask(server).verdict().text()).isEqualTo("early-close(tls)");
    }
    try (var server =
        new RawServer(socket -> {
          socket.getInputStream().read(new byte[4096]);
          RawServer.reset(socket);
        })) {
      assertThat(ask(server).verdict().text()).startsWith("reset(tls: ");
    }
  }

  @Test
  void bytes_that_are_changed_on_their_way_are_no_response() throws Exception {
    var exchange =
        ask(
            "right",
            (secret, below) -> {
              RawServer.request(secret);
              RawServer.say(secret, UNTIL_CLOSE);
              below.getOutputStream().write(new byte[] {23, 3, 3, 0, 20});
              below.getOutputStream().write(new byte[20]);
              below.shutdownOutput();
              RawServer.staySilent(below);
            });
    assertThat(exchange.verdict().text()).startsWith("tls-broken(body: ");
  }
}
