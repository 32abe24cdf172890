package io.headrace.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.http.Deadline;
import io.headrace.http.Deadlines;
import io.headrace.http.Sizes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One web request of a job, against a server that says what it is told to. */
final class WebRunTest {
  private static final int JOB_BYTES_MAX = 20;
  private static final long SOON_NS = Duration.ofSeconds(20).toNanos();

  private final ServerSocket listener = listener();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);
  private final Result result = new Result(JOB_BYTES_MAX);
  private volatile String answer = "";

  private static ServerSocket listener() {
    try {
      return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  WebRunTest() {
    Thread.ofVirtual()
        .start(() -> {
          try (var socket = listener.accept()) {
            var last = "";
            while (!last.endsWith("\r\n\r\n")) {
              last += (char) socket.getInputStream().read();
            }
            asked.countDown();
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            while (answer.isEmpty() && socket.getInputStream().read() >= 0) {
              // Nothing is answered.
            }
            left.countDown();
          } catch (IOException e) {
            left.countDown();
          }
        });
  }

  @AfterEach
  void stops_the_server() throws IOException {
    listener.close();
  }

  private Run begin(String body, Deadlines deadlines) {
    var rules = VerdictRules.of(List.of("truncated=bury"), _ -> Duration.ZERO);
    var task = new WebTask(deadlines, Sizes.defaults(), Optional.empty(), rules);
    var held = new Held(7, body.getBytes(UTF_8), "t", 0, 3, Duration.ofSeconds(60), 0);
    return new WebWorkshop(task).begin(held, result);
  }

  private Run begin(Deadlines deadlines) {
    return begin("http://127.0.0.1:" + listener.getLocalPort() + "/x", deadlines);
  }

  private static Finding ended(Run run, Optional<StoppedFor> stopped) {
    assertThat(run.await(Optional.empty(), System.nanoTime() + SOON_NS)).isEqualTo(Run.Event.ENDED);
    return run.end(stopped);
  }

  @Test
  void a_good_answer_is_done_and_its_body_the_result() {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    var finding = ended(begin(Deadlines.defaults()), Optional.empty());
    assertThat(finding.ending()).isEqualTo(new Ending.Done());
    assertThat(finding.docket()).isEmpty();
    assertThat(result.bytes()).asString(UTF_8).isEqualTo("hello");
    assertThat(result.isTooLong()).isFalse();
  }

  @Test
  void a_body_longer_than_a_job_is_no_result() {
    var body = "x".repeat(JOB_BYTES_MAX + 1);
    answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    assertThat(ended(begin(Deadlines.defaults()), Optional.empty()).ending())
        .isEqualTo(new Ending.Done());
    assertThat(result.isTooLong()).isTrue();
  }

  @Test
  void a_truncated_one_ends_by_its_rule_and_leaves_what_came() {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel\u0001";
    var finding = ended(begin(Deadlines.defaults()), Optional.empty());
    assertThat(finding.ending()).isEqualTo(new Ending.Bury());
    assertThat(finding.how()).isEqualTo("127.0.0.1: truncated(4/9)");
    assertThat(new String(finding.evidence(65_535), UTF_8))
        .contains("job: 7, tube t, attempt 3\n", "GET http://127.0.0.1:", "\n  connect ")
        .contains("Content-Length: 9\\r\\n\\r\\nhel\\x01\n")
        .endsWith("\n127.0.0.1: truncated(4/9)\n");
    assertThat(result.bytes()).isEmpty();
    for (int max : List.of(1, 30, 200)) {
      assertThat(finding.evidence(max)).hasSizeLessThanOrEqualTo(max);
    }
    assertThat(new String(finding.evidence(30), UTF_8)).endsWith("\n127.0.0.1: truncated(4/9)\n");
  }

  @Test
  void one_that_is_killed_gives_its_job_back_and_closes_its_connection() throws Exception {
    var run = begin(Deadlines.defaults().with(Deadline.FIRST_BYTE, Duration.ofSeconds(60)));
    asked.await();
    assertThat(run.await(Optional.empty(), System.nanoTime())).isEqualTo(Run.Event.TIME);
    run.kill();
    assertThat(ended(run, Optional.of(StoppedFor.DRAIN)).ending()).isEqualTo(new Ending.Return());
    left.await();
  }

  @Test
  void an_answer_that_came_in_time_counts_unless_the_job_is_lost() {
    answer = "HTTP/1.1 204\r\n\r\n";
    var run = begin(Deadlines.defaults());
    assertThat(ended(run, Optional.of(StoppedFor.DRAIN)).ending()).isEqualTo(new Ending.Done());
    assertThat(run.end(Optional.of(StoppedFor.LOST)).ending()).isEqualTo(new Ending.Return());
  }

  @Test
  void a_body_that_is_no_request_is_buried_with_what_is_wrong_and_where() {
    var finding = ended(begin("{\"url\":\u0001}", Deadlines.defaults()), Optional.empty());
    assertThat(finding.ending()).isEqualTo(new Ending.Bury());
    assertThat(new String(finding.evidence(65_535), UTF_8))
        .contains("at character 8", "--- body: the first 9 of 9 bytes\n{\"url\":\\x01}\n")
        .endsWith("\n" + finding.how() + "\n");
    assertThat(finding.how()).startsWith("no request: ");
  }
}
