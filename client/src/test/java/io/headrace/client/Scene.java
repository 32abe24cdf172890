package io.headrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests of {@link JobClient} have in common: scripts, and what is said of a failure. */
final class Scene {
  private Scene() {}

  /** Long, where nothing should run into it. */
  static final Duration LONG = Duration.ofSeconds(30);

  /** For what is to run out: not before all that comes first is done, on a busy machine too. */
  static final Duration SHORT = Duration.ofSeconds(2);

  static final String PUT = "put 1024 0 60 1\r\nx\r\n";
  static final String KEYED = "put-key k 1024 0 60 1\r\nx\r\n";

  /** What the client says first on each connection. */
  static final String ASKED = "list-extensions\r\n";

  /** What a Headrace answers to that. */
  static final String EXTENSIONS = "OK 30\r\n---\n- put-key\n- died\n- docket\n\r\n";

  static final String UNKNOWN = "UNKNOWN_COMMAND\r\n";
  static final List<String> HEADRACE = List.of(ASKED, EXTENSIONS);
  static final List<String> BEANSTALKD = List.of(ASKED, UNKNOWN);
  static final List<String> MAIL = then(HEADRACE, "use mail\r\n", "USING mail\r\n");
  static final List<String> HOLDER =
      then(
          HEADRACE,
          "watch mail\r\n",
          "WATCHING 2\r\n",
          "ignore default\r\n",
          "WATCHING 1\r\n",
          "reserve-with-timeout 1\r\n",
          "RESERVED 5 1\r\nx\r\n");

  /** Keeps what is told of connections, and tells no log. */
  static final class Quiet implements ClientListener {
    final LinkedBlockingQueue<ClientException> lost = new LinkedBlockingQueue<>();

    @Override
    public void lost(ServerAddress server, ClientException why) {
      lost.add(why);
    }

    @Override
    public void notConnected(ServerAddress server, ClientException why) {}

    ClientException awaitLost() throws InterruptedException {
      var why = lost.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      return why == null ? new ServerUnreachable("nothing was lost") : why;
    }
  }

  static List<String> then(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }

  static JobClient client(ScriptedServer server, Duration patience, ClientListener listener) {
    return JobClient.connect(
        server.address(), ClientOptions.DEFAULT.withPatience(patience).withListener(listener));
  }

  static byte[] x() {
    return "x".getBytes(UTF_8);
  }

  static PutResult put(JobClient client) {
    return client.put("mail", x(), JobOptions.DEFAULT);
  }

  static CallFailed failure(ThrowingCallable call) {
    return catchThrowableOfType(CallFailed.class, call);
  }

  static void assertUnknown(CallFailed failed) {
    assertThat(failed.outcome()).as(failed.getMessage()).isEqualTo(CallFailed.Outcome.UNKNOWN);
    assertThat(failed).hasMessageEndingWith("was done is unknown");
  }

  static void assertNotDone(CallFailed failed) {
    assertThat(failed.outcome()).as(failed.getMessage()).isEqualTo(CallFailed.Outcome.NOT_DONE);
    assertThat(failed).hasMessageEndingWith("was not done");
  }
}
