package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.client.ClientException;
import io.headrace.client.ClientOptions;
import io.headrace.client.Credentials;
import io.headrace.client.Ending;
import io.headrace.client.JobClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.ServerAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@link JobClient} over TLS with a token, and what can be wrong with either: each ends within its
 * deadline, and says what is wrong and what to do.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JobClientTlsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String TUBE = "mail";

  @TempDir Path folder;

  private Authority authority;

  @BeforeEach
  void makes_certificates() {
    authority = new Authority(folder, "ca");
    authority.sign("server", 2);
  }

  private TlsServer serve(String named, String... more) throws Exception {
    return TlsServer.start(folder, authority, named, more);
  }

  private static JobClient client(
      ServerAddress server, SSLContext trusted, String token, Duration patience) {
    return JobClient.connect(
        server,
        ClientOptions.DEFAULT
            .withPatience(patience)
            .withListener(new SilentListener())
            .withCredentials(new Credentials(Optional.of(trusted), Optional.of(token))));
  }

  @Test
  void all_kinds_of_calls_go_over_tls_with_a_token() throws Exception {
    var token = TlsServer.token(folder, "mailer", "put:mail", "reserve:mail");
    long seed = new Random().nextLong();
    var large = new byte[60_000];
    new Random(seed).nextBytes(large);
    try (var server = serve("server", "--tokens", folder.resolve("tokens").toString());
        var client = client(server.address(), authority.trusted(), token, LONG)) {
      assertThat(client.isHeadrace()).isTrue();
      assertThat(client.putOnce(TUBE, "key", large, JobOptions.DEFAULT))
          .isEqualTo(new PutResult.Inserted(1));
      assertThat(client.putOnce(TUBE, "key", large, JobOptions.DEFAULT))
          .isEqualTo(new PutResult.Known(1));
      var job = client.reserve(LONG, TUBE).orElseThrow();
      assertThat(job.body()).as("seed %d", seed).isEqualTo(large);
      assertThat(job.touch()).isTrue();
      assertThat(job.delete()).isTrue();
      assertThat(client.reserve(Duration.ZERO, TUBE)).isEmpty();

      // Of every length around that of a TLS record.
      Set<Integer> left = ConcurrentHashMap.newKeySet();
      IntStream.range(0, 2_000).map(i -> i % 2 == 0 ? i : 16_300 + i).forEach(left::add);
      var refused = new HashSet<PutResult>();
      client.putAll(
          TUBE,
          List.copyOf(left).stream().map(length -> new byte[length]).iterator(),
          JobOptions.DEFAULT,
          (_, put) -> {
            if (!(put.join() instanceof PutResult.Inserted)) {
              refused.add(put.join());
            }
          });
      assertThat(refused).isEmpty();
      try (var _ =
          client.work(
              TUBE,
              one -> {
                left.remove(one.body().length);
                return Ending.DONE;
              })) {
        Await.until("all are worked on", left::isEmpty);
      }
    }
  }

  /** How a connect fails where the server shows why: nobody waits for the deadline to know. */
  private static ClientException failure(ServerAddress server, SSLContext trusted, String token) {
    return failure(server, trusted, token, LONG, LONG);
  }

  /** How a connect that fails ends; it must not take longer than {@code max}. */
  private static ClientException failure(
      ServerAddress server, SSLContext trusted, String token, Duration patience, Duration max) {
    long start = System.nanoTime();
    var failed =
        catchThrowableOfType(
            ClientException.class, () -> client(server, trusted, token, patience).close());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as("%s", failed).isLessThan(max);
    System.out.println(failed);
    assertThat(failed).message().hasLineCount(1);
    return failed;
  }

  @Test
  void a_wrong_token_is_told() throws Exception {
    TlsServer.token(folder, "mailer", "put:mail");
    try (var server = serve("server", "--tokens", folder.resolve("tokens").toString())) {
      assertThat(failure(server.address(), authority.trusted(), "hr_wrong"))
          .hasMessageContaining("UNAUTHORIZED")
          .hasMessageContaining("file of tokens")
          .hasMessageNotContaining("hr_wrong");
    }
  }

  @Test
  void an_authority_that_is_not_trusted_is_told() throws Exception {
    var strange = new Authority(folder, "strange");
    try (var server = serve("server")) {
      assertThat(failure(server.address(), strange.trusted(), "t"))
          .hasMessageStartingWith(server.address() + ": TLS failed: ")
          .hasMessageContaining("nobody who is trusted here has signed its certificate")
          .hasMessageContaining("SSLContext");
    }
  }

  @Test
  void a_certificate_that_is_over_is_told() throws Exception {
    authority.sign("old", -1);
    try (var server = serve("old")) {
      assertThat(failure(server.address(), authority.trusted(), "t"))
          .hasMessageContaining("its certificate is over (NotAfter: ")
          .hasMessageContaining("renew it");
    }
  }

  @Test
  void a_certificate_for_another_host_is_told() throws Exception {
    try (var server = serve("server")) {
      var another = ServerAddress.parse("tls:localhost:" + server.port());
      assertThat(failure(another, authority.trusted(), "t"))
          .hasMessageContaining("its certificate is for another host")
          .hasMessageContaining("localhost");
    }
  }

  @Test
  void a_server_without_tls_is_told_from_one_that_is_silent() throws Exception {
    for (var peer : Peer.values()) {
      try (var server = RunningServer.of(peer, folder).start()) {
        var address = ServerAddress.parse("tls:127.0.0.1:" + server.port());
        var max = PATIENCE.multipliedBy(2);
        assertThat(failure(address, authority.trusted(), "t", PATIENCE, max))
            .as("%s", peer)
            .hasMessageContaining("if it speaks no TLS leave out 'tls:'");
      }
    }
  }

  @Test
  void a_server_with_tls_is_told_where_none_is_spoken() throws Exception {
    try (var server = serve("server")) {
      var plain = ServerAddress.parse("127.0.0.1:" + server.port());
      assertThat(failure(plain, authority.trusted(), "t"))
          .hasMessageContaining("it speaks TLS; write tls:127.0.0.1:" + server.port());
    }
  }
}
