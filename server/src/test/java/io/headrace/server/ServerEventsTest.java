package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.journal.Durability;
import io.headrace.journal.JournalException;
import io.headrace.queue.PolicySettings;
import io.headrace.server.captures.RecorderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server tells a command of itself. */
final class ServerEventsTest {
  @TempDir private Path folder;

  private HeadraceServer start() {
    return start(Optional.empty());
  }

  private HeadraceServer start(Optional<Duration> age) {
    var place = new JournalPlace(folder.resolve("data"), new Durability.Fsync(), 1 << 20);
    return HeadraceServer.start(
        new ServerOptions(
            "0.1.0",
            List.of(ListenAddress.parse("127.0.0.1:0")),
            Optional.of(place),
            65_535,
            64 << 20,
            1_000_000,
            new ConnectionOptions(100),
            PolicySettings.NONE,
            new EventOptions(
                Optional.of("cat >> " + told()),
                Optional.empty(),
                EventOptions.DEATHS_PER_MINUTE,
                age),
            RecorderOptions.standard(),
            Optional.empty(),
            PeerOptions.defaults(),
            SecurityOptions.NONE,
            KeyOptions.defaults()));
  }

  private Path told() {
    return folder.resolve("told");
  }

  /** But for those of the machine, whose disk may be nearly full. */
  private List<String> tellings() throws IOException {
    return Files.readAllLines(told()).stream()
        .filter(line -> !line.contains("\"event\":\"disk-full\""))
        .filter(line -> !line.contains("\"event\":\"descriptors\""))
        .toList();
  }

  private static void ask(HeadraceServer server, String request, String reply) throws IOException {
    String address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (var socket = Served.connect(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      assertThat(Served.read(socket, reply.length())).asString(US_ASCII).isEqualTo(reply);
    }
  }

  @Test
  void a_start_is_told_with_the_jobs_that_were_recovered() throws IOException {
    try (var server = start()) {
      ask(server, "put 0 0 60 1\r\na\r\nput 0 0 60 1\r\nb\r\n", "INSERTED 1\r\nINSERTED 2\r\n");
    }
    start().close();
    assertThat(tellings()).hasSize(2);
    assertThat(tellings().get(0))
        .contains("\"event\":\"restarted\"", "\"version\":\"0.1.0\"", "\"jobs\":\"0\"");
    assertThat(tellings().get(1)).contains("\"event\":\"restarted\"", "\"jobs\":\"2\"");
  }

  @Test
  void a_drain_is_told_once_whoever_asked_for_it() throws IOException {
    try (var server = start()) {
      server.drain(true);
      ask(server, "drain\r\n", "DRAIN_ON\r\n");
    }
    assertThat(tellings()).hasSize(2);
    assertThat(tellings().get(1)).contains("\"event\":\"draining\"");
    try (var server = start()) {
      ask(server, "drain\r\n", "DRAIN_ON\r\n");
    }
    assertThat(tellings()).hasSize(4);
    assertThat(tellings().get(3)).contains("\"event\":\"draining\"");
  }

  @Test
  void a_job_that_waits_too_long_is_told_with_its_tube() throws IOException {
    try (var server = start(Optional.of(Duration.ofMillis(20)))) {
      ask(server, "use mail\r\nput 0 0 60 1\r\na\r\n", "USING mail\r\nINSERTED 1\r\n");
      Served.await("it is told", () -> told().toFile().exists() && tells("oldest-ready"));
    }
    assertThat(tellings().get(1))
        .contains("\"event\":\"oldest-ready\"", "\"tube\":\"mail\"", "\"ready\":\"1\"");
  }

  private boolean tells(String event) {
    try {
      return tellings().stream().anyMatch(line -> line.contains(event));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_journal_that_cannot_be_used_is_told_before_the_start_fails() throws IOException {
    Files.createFile(folder.resolve("data"));
    assertThatThrownBy(() -> start().close()).isInstanceOf(JournalException.class);
    assertThat(tellings()).singleElement().asString().contains("\"event\":\"journal-refused\"");
  }
}
