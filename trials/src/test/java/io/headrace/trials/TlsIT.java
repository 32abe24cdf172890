package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.Credentials;
import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.ReserveResult;
import io.headrace.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and tokens, by clients that nobody here wrote: openssl's own, and PHP's streams. */
@Execution(ExecutionMode.CONCURRENT)
final class TlsIT {
  @TempDir Path folder;

  private Optional<TlsServer> server = Optional.empty();
  private Authority authority;
  private int port;

  @BeforeEach
  void makes_certificates() throws IOException {
    authority = new Authority(folder, "ca");
    authority.sign("server", 2);
    port = RunningServer.freePort();
  }

  @AfterEach
  void ends_what_it_started() {
    server.ifPresent(TlsServer::close);
  }

  /** Starts a server with TLS and these options, and returns when it listens. */
  private void serve(String... more) throws Exception {
    server = Optional.of(TlsServer.start(folder, authority, "server", more));
    port = server.get().port();
  }

  private String said() throws IOException {
    return server.orElseThrow().said();
  }

  /** Says these lines through openssl, and returns what came back and why it ended. */
  private Run.Outcome openssl(String lines, String options) {
    return Run.command(
        "bash",
        "-c",
        "set -o pipefail; printf '%s' | openssl s_client -connect 127.0.0.1:%d -CAfile %s %s"
            .formatted(lines, port, authority.certificate(), options));
  }

  private Run.Outcome ask(String lines, String options) {
    return openssl(lines, "-quiet -verify_return_error " + options);
  }

  private String ofClient(String name, Authority by) {
    return "-cert %s -key %s".formatted(by.pem(name), by.key(name));
  }

  /** A verb of the program, as a client that trusts the authority. */
  private Run.Outcome headrace(String token, Path ca, String... words) {
    var command =
        new ArrayList<>(
            List.of(
                "env",
                "HEADRACE_SERVER=tls:127.0.0.1:" + port,
                "HEADRACE_TLS_CA=" + ca,
                "HEADRACE_TOKEN=" + token,
                Tools.headrace()));
    command.addAll(List.of(words));
    return Run.command(command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void openssl_puts_a_job_and_takes_it_out(String version) throws Exception {
    serve();
    var outcome =
        ask("put 0 0 60 5\\r\\nhello\\r\\nreserve\\r\\ndelete 1\\r\\nquit\\r\\n", version);
    assertThat(outcome.stdout())
        .as(outcome.all())
        .isEqualTo("INSERTED 1\r\nRESERVED 1 5\r\nhello\r\nDELETED\r\n");
    assertThat(outcome.exit()).as(outcome.all()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_1", "-tls1"})
  void older_versions_are_refused(String version) throws Exception {
    serve();
    var outcome = ask("list-tube-used\\r\\nquit\\r\\n", version + " -cipher DEFAULT@SECLEVEL=0");
    assertThat(outcome.exit()).as(outcome.all()).isNotZero();
    assertThat(outcome.stdout()).doesNotContain("USING");
    assertThat(outcome.stderr()).as("an alert").contains("alert protocol version");
    Await.until("it is told", () -> said().contains("TLS failed"));
    assertThat(ask("list-tube-used\\r\\nquit\\r\\n", "").stdout()).isEqualTo("USING default\r\n");
  }

  @Test
  void php_works_with_what_its_token_allows() throws Exception {
    var php = Tools.require("php", "apt install php-cli");
    var token = token("mailer", "put:mail", "reserve:mail");
    serve("--tokens", folder.resolve("tokens").toString());
    var script = Tools.root().resolve("trials/interop/php/tls.php").toString();
    var ca = authority.certificate().toString();
    var outcome = Run.command(php, script, Integer.toString(port), ca, token);
    assertThat(outcome.stdout().lines())
        .as(outcome.all())
        .containsExactly(
            "AUTHORIZED",
            "USING mail",
            "WATCHING 2",
            "WATCHING 1",
            "INSERTED 1",
            "INSERTED 2",
            "RESERVED 1 5 hello",
            "DELETED",
            "USING other",
            "FORBIDDEN");
    var wrong = Run.command(php, script, Integer.toString(port), ca, "hr_wrong");
    assertThat(wrong.stdout().lines().limit(3))
        .as(wrong.all())
        .containsExactly("UNAUTHORIZED", "UNAUTHORIZED", "UNAUTHORIZED");
    assertThat(wrong.stdout()).doesNotContain("INSERTED", "USING");
    var strange = new Authority(folder, "strange").certificate().toString();
    var refusing = Run.command(php, script, Integer.toString(port), strange, token);
    assertThat(refusing.exit()).as(refusing.all()).isEqualTo(1);
  }

  private String token(String name, String... rights) throws IOException {
    return TlsServer.token(folder, name, rights);
  }

  @Test
  void the_program_itself_puts_reserves_and_says_why_not() throws Exception {
    var token = token("mailer", "put:mail", "reserve:mail");
    serve("--tokens", folder.resolve("tokens").toString());
    var ca = authority.certificate();
    assertThat(headrace(token, ca, "put", "--tube", "mail", "hello").stdout()).isEqualTo("1\n");
    var other = headrace(token, ca, "put", "--tube", "other", "hello");
    assertThat(other.exit()).as(other.all()).isEqualTo(1);
    assertThat(other.stderr()).contains("FORBIDDEN").contains("file of tokens");
    var wrong = headrace("hr_wrong", ca, "put", "--tube", "mail", "hello");
    assertThat(wrong.exit()).as(wrong.all()).isEqualTo(1);
    assertThat(wrong.stderr()).contains("UNAUTHORIZED").contains("HEADRACE_TOKEN");
    var strange = new Authority(folder, "strange").certificate();
    var unknown = headrace(token, strange, "put", "--tube", "mail", "hello");
    assertThat(unknown.exit()).as(unknown.all()).isEqualTo(3);
    assertThat(unknown.stderr()).contains("TLS failed").contains("tls-ca");
    Await.until("the server was told why", () -> said().contains("certificate_unknown"));
    var reserved = headrace(token, ca, "reserve", "--tube", "mail", "--delete");
    assertThat(reserved.stdout()).as(reserved.all()).startsWith("hello");
    var none = headrace(token, ca, "reserve", "--tube", "mail", "--timeout", "0");
    assertThat(none.exit()).as("there was one job: " + none.all()).isEqualTo(1);
  }

  @Test
  void bodies_of_every_size_come_back_as_they_went_by_our_own_client() throws Exception {
    serve("--max-job-size", "8MiB");
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var address = ServerAddress.parse("tls:127.0.0.1:" + port);
    var credentials = new Credentials(Optional.of(authority.trusted()), Optional.empty());
    try (var client = HeadraceClient.connect(address, Duration.ofSeconds(30), credentials)) {
      for (int size : new int[] {0, 1, 16_383, 16_384, 16_385, 65_536, 8 << 20}) {
        var body = new byte[size];
        random.nextBytes(body);
        client.put(body, JobOptions.DEFAULT);
        assertThat(client.reserve(Duration.ofSeconds(5)))
            .as("seed %d", seed)
            .isInstanceOfSatisfying(
                ReserveResult.Reserved.class,
                reserved -> {
                  assertThat(reserved.job().body()).isEqualTo(body);
                  client.delete(reserved.job().id());
                });
      }
    }
  }

  @Test
  void clients_show_a_certificate_that_is_good() throws Exception {
    serve("--tls-client-ca", authority.certificate().toString());
    authority.sign("good", 2);
    authority.sign("over", -1);
    var strange = new Authority(folder, "strange");
    strange.sign("other", 2);
    var put = "put 0 0 60 5\\r\\nhello\\r\\nquit\\r\\n";
    for (var version : List.of("-tls1_3 ", "-tls1_2 ")) {
      for (var bad : List.of("", ofClient("over", authority), ofClient("other", strange))) {
        var refused = ask(put, version + bad);
        assertThat(refused.exit()).as("%s%s: %s", version, bad, refused.all()).isNotZero();
        assertThat(refused.stdout()).doesNotContain("INSERTED");
        assertThat(refused.stderr()).contains("alert");
      }
    }
    assertThat(ask(put, ofClient("good", authority)).stdout())
        .as("the first job there is")
        .isEqualTo("INSERTED 1\r\n");
  }

  @Test
  void a_certificate_that_is_replaced_is_shown_to_the_next_connection() throws Exception {
    serve();
    assertThat(shown()).contains("CN = server");
    try (var open = new Open()) {
      open.say("list-tube-used");
      assertThat(open.line()).isEqualTo("USING default");

      Files.writeString(authority.pem("server"), "nonsense");
      Await.until("a bad file is told", () -> said().contains("tls-cert: "));
      assertThat(shown()).contains("CN = server");

      authority.sign("next", 2);
      replace("next.key", "server.key");
      replace("next.pem", "server.pem");
      Await.until("the new certificate is shown", () -> shown().contains("CN = next"));
      open.say("list-tube-used");
      assertThat(open.line()).isEqualTo("USING default");
    }
    assertThat(said().lines().filter(line -> line.contains("server.pem: "))).hasSize(1);
  }

  private void replace(String by, String file) throws IOException {
    Files.move(folder.resolve(by), folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private String shown() {
    return openssl("quit\\r\\n", "").stdout();
  }

  /** A connection that stays. */
  private final class Open implements AutoCloseable {
    private final Process process;

    private Open() throws IOException {
      process =
          new ProcessBuilder(
                  "openssl",
                  "s_client",
                  "-quiet",
                  "-connect",
                  "127.0.0.1:" + port,
                  "-CAfile",
                  authority.certificate().toString())
              .redirectError(folder.resolve("open.log").toFile())
              .start();
    }

    private void say(String line) throws IOException {
      var out = process.outputWriter();
      out.write(line + "\r\n");
      out.flush();
    }

    private String line() throws IOException {
      return String.valueOf(process.inputReader().readLine());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--listen :{port} | open to the network without TLS | plain-anywhere",
        "--listen 0.0.0.0:{port} | open to the network without TLS | tls-cert",
        "--listen tls:127.0.0.1:{port} | needs a certificate | tls-cert",
        "--tls-cert {folder}/server.pem | tls-cert is set and tls-key is not | set both",
        "--tls-cert {folder}/none --tls-key {folder}/server.key | none | no such file",
        "--tls-cert {folder}/server.pem --tls-key {folder}/ca.key | ca.key | does not belong",
        "--tls-cert {folder}/server.pem --tls-key {folder}/old.key | old.key | openssl pkcs8",
        "--tokens {folder}/tokens | tokens:2: | no right",
      })
  void what_cannot_be_used_is_refused_in_one_line(String options, String what, String remedy)
      throws Exception {
    Files.writeString(
        folder.resolve("old.key"),
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    Files.writeString(
        folder.resolve("tokens"), "\nweb " + "0123456789abcdef".repeat(4) + " read:mail\n");
    var words = new ArrayList<>(List.of(Tools.headrace(), "serve", "--durability", "none"));
    words.addAll(
        List.of(
            options
                .replace("{port}", Integer.toString(port))
                .replace("{folder}", folder.toString())
                .split(" ", -1)));
    var outcome = Run.command(words);
    assertThat(outcome.exit()).as(outcome.all()).isEqualTo(2);
    assertThat(outcome.stderr().lines()).as(outcome.all()).hasSize(1);
    assertThat(outcome.stderr()).contains(what).contains(remedy);
  }

  @Test
  void a_certificate_that_is_over_is_told_at_the_start() throws Exception {
    authority.sign("server", -1);
    serve();
    assertThat(said()).contains("tls-cert: the certificate in").contains("is over since");
  }
}
