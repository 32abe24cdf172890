package io.headrace.client;

import static io.headrace.client.Scene.HEADRACE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String RESERVE = "reserve-with-timeout 30\r\n";
  private static final String JOB = "RESERVED 5 1\r\nx\r\n";

  /** Asked when the job is in hand for a while, which on a busy machine any is. */
  private static final String ITS_TTR = ScriptedServer.MAYBE + "stats-job 5\r\n";

  private static final String TTR = "OK 18\r\n---\nid: 5\nttr: 60\n\r\n";
  private static final List<String> HOLDER =
      then(HEADRACE, "watch t\r\n", "WATCHING 2\r\n", "ignore default\r\n", "WATCHING 1\r\n");

  /** Keeps how jobs ended, and tells no log. */
  private static final class Quiet implements ClientListener {
    private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();

    @Override
    public void lost(ServerAddress server, ClientException why) {}

    @Override
    public void notConnected(ServerAddress server, ClientException why) {}

    @Override
    public void worked(String tube, Duration took, String ending) {
      endings.add(ending);
    }

    @Override
    public void threw(String tube, HeldJob job, Throwable why) {
      thrown.add(why);
    }

    private String ending() throws InterruptedException {
      var ending = endings.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      return ending == null ? "none" : ending;
    }
  }

  private final Quiet listener = new Quiet();

  private static List<String> then(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }

  private JobClient client(ScriptedServer server) {
    return JobClient.connect(
        server.address(), ClientOptions.DEFAULT.withPatience(LONG).withListener(listener));
  }

  private static WorkOptions options(Duration stopWithin) {
    return WorkOptions.DEFAULT.withStopWithin(stopWithin);
  }

  @Test
  void what_the_handler_returns_is_what_becomes_of_the_job() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(
                    HOLDER,
                    RESERVE,
                    JOB,
                    "delete 5\r\n",
                    "DELETED\r\n",
                    RESERVE,
                    "RESERVED 6 7\r\nrelease\r\n",
                    "release 6 3 9\r\n",
                    "RELEASED\r\n",
                    RESERVE,
                    "RESERVED 7 5\r\nthrow\r\n",
                    "bury 7 1024\r\n",
                    "BURIED\r\n",
                    RESERVE,
                    "RESERVED 8 4\r\nlate\r\n",
                    "delete 8\r\n",
                    "NOT_FOUND\r\n",
                    RESERVE,
                    "TIMED_OUT\r\n",
                    RESERVE,
                    ""));
        var client = client(server);
        var worker =
            client.work(
                "t",
                job ->
                    switch (job.text()) {
                      case "release" -> new Ending.Release(3, Duration.ofSeconds(9));
                      case "throw" -> throw new IllegalStateException("meant");
                      default -> Ending.DONE;
                    })) {
      assertThat(listener.ending()).isEqualTo("deleted");
      assertThat(listener.ending()).isEqualTo("released");
      assertThat(listener.ending()).isEqualTo("buried");
      assertThat(listener.thrown.remove()).hasMessage("meant");
      assertThat(listener.ending()).isEqualTo("lost");
      server.awaitAnswers(1 + 3 + 10);
      assertThat(worker.stop(LONG)).isTrue();
    }
  }

  @Test
  void a_job_is_touched_while_its_handler_runs() throws Exception {
    var stats = "---\nid: 5\nttr: 3\n";
    var touched = new CountDownLatch(1);
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(
                    HOLDER,
                    RESERVE,
                    JOB,
                    "stats-job 5\r\n",
                    "OK " + stats.length() + "\r\n" + stats + "\r\n",
                    "touch 5\r\n",
                    "TOUCHED\r\n",
                    "touch 5\r\n",
                    "TOUCHED\r\n",
                    "bury 5 1024\r\n",
                    "BURIED\r\n"));
        var client = client(server);
        var _ =
            client.work(
                "t",
                options(Duration.ZERO),
                _ -> {
                  touched.await();
                  return Ending.DONE;
                })) {
      server.awaitAnswers(1 + 3 + 4);
    }
  }

  @Test
  void a_handler_is_interrupted_when_its_job_is_lost() throws Exception {
    var seen = new LinkedBlockingQueue<Boolean>();
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(HOLDER, RESERVE, JOB, "", "CLOSE"), then(HOLDER, RESERVE, ""));
        var client = client(server);
        var worker =
            client.work(
                "t",
                job -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    seen.add(job.isLost());
                  }
                  return Ending.DONE;
                })) {
      assertThat(seen.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(listener.ending()).isEqualTo("lost");
      server.awaitAnswers(1 + 4 + 4);
      assertThat(worker.stop(LONG)).isTrue();
    }
  }

  @Test
  void a_stop_lets_a_handler_end_and_takes_no_more_jobs() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(HOLDER, RESERVE, JOB, ITS_TTR, TTR, "delete 5\r\n", "DELETED\r\n"));
        var client = client(server);
        var worker =
            client.work(
                "t",
                _ -> {
                  begun.countDown();
                  go.await();
                  return Ending.DONE;
                })) {
      begun.await();
      var stop = Thread.startVirtualThread(() -> worker.stop(LONG));
      go.countDown();
      stop.join();
      assertThat(listener.ending()).isEqualTo("deleted");
    }
  }

  @Test
  void a_handler_that_does_not_end_is_interrupted_and_its_job_given_back() throws Exception {
    var begun = new CountDownLatch(1);
    try (var server =
            ScriptedServer.of(
                HEADRACE, then(HOLDER, RESERVE, JOB, ITS_TTR, TTR, "quit\r\n", "CLOSE"));
        var client = client(server);
        var worker =
            client.work(
                "t",
                job -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    job.close();
                  }
                  return Ending.DONE;
                })) {
      begun.await();
      assertThat(worker.stop(Duration.ZERO)).isFalse();
      assertThat(listener.ending()).isEqualTo("handled");
      server.awaitAnswers(1 + 3 + 1);
    }
  }
}
