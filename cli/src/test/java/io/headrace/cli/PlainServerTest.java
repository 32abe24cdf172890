package io.headrace.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verbs against a server that speaks the protocol, but knows nothing of Headrace's own. */
final class PlainServerTest {
  private static final Map<String, String> REPLIES =
      Map.of(
          "use t", "USING t\r\n",
          "watch t", "WATCHING 2\r\n",
          "ignore default", "WATCHING 1\r\n",
          "reserve-with-timeout 60", "RESERVED 1 2\r\nin\r\n",
          "stats-job 1", "OK 16\r\n---\npri: 7\nid: 1\r\n",
          "stats-tube t", "OK 13\r\n---\nname: \"t\"\r\n",
          "release 1 7 0", "RELEASED\r\n");

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket listener;

  PlainServerTest() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @BeforeEach
  void answers() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!listener.isClosed()) {
            accept();
          }
        });
  }

  private void accept() {
    try (var socket = listener.accept()) {
      answer(socket);
    } catch (IOException e) {
      // The verb is gone, or the test is over: both are seen where they matter.
      return;
    }
  }

  private void answer(Socket socket) throws IOException {
    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      asked.add(line);
      if (!line.equals("quit")) {
        var reply = REPLIES.getOrDefault(line, "UNKNOWN_COMMAND\r\n");
        socket.getOutputStream().write(reply.getBytes(US_ASCII));
      }
    }
  }

  @AfterEach
  void stops() throws IOException {
    listener.close();
  }

  private Ran run(String... words) {
    var address = "127.0.0.1:" + listener.getLocalPort();
    return new Ran.Call(Map.of("HEADRACE_SERVER", address), words).run();
  }

  /** No reply to its last word says that it was read. */
  private void awaitQuit() {
    Await.until("the verb has said quit", () -> asked.contains("quit"));
  }

  @Test
  void what_only_headrace_can_do_is_refused_with_the_reason() {
    for (var words :
        List.of(
            List.of("tube", "set", "t", "max-deaths=3"),
            List.of("tube", "show", "t"),
            List.of("dead", "list"),
            List.of("dead", "show", "1"),
            List.of("dead", "retry", "1"),
            List.of("dead", "drop", "1"),
            List.of("dead", "undo", "--signature", "x"))) {
      var ran = run(words.toArray(String[]::new));
      assertThat(ran.exit()).as("%s: %s", words, ran).isEqualTo(1);
      assertThat(ran.complaint()).as("%s", words).contains("this server is not a Headrace");
    }
  }

  @Test
  void a_job_with_a_key_is_not_sent() {
    var ran = run("put", "-t", "t", "--key", "k", "delete 1");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).contains("not put: this server is not a Headrace");
    awaitQuit();
    assertThat(asked).containsExactly("use t", "list-extensions", "quit");
  }

  @Test
  void a_job_whose_command_died_is_released_and_no_docket_is_sent() {
    var ran = run("reserve", "-t", "t", "--", "sh", "-c", "kill -KILL $$");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).contains("sh exited with 137; job 1 released");
    awaitQuit();
    assertThat(asked)
        .containsExactly(
            "watch t",
            "ignore default",
            "reserve-with-timeout 60",
            "stats-job 1",
            "list-extensions",
            "release 1 7 0",
            "show-job 1",
            "stats-job 1",
            "quit");
  }
}
