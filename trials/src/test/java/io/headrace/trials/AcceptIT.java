package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * More peers than the server can have: each is served, or sees an end at once; the server neither
 * burns a core, nor floods its log, nor ends, and takes the next peer as soon as there is room.
 */
@Isolated("its limits are of time and of processor")
final class AcceptIT {

  private static final int PEERS = 1_000;

  /** Less than half of the peers fit. */
  private static final int DESCRIPTORS = 600;

  private static final Duration ARRIVAL = Duration.ofSeconds(2);
  private static final Duration TIME = Duration.ofSeconds(10);
  private static final Duration TIME_OF_BEANSTALKD = Duration.ofSeconds(3);
  private static final Duration A_SECOND = Duration.ofSeconds(1);

  /** What one server takes of a core while it sends peers away; a busy loop takes all of it. */
  private static final double CORES_MAX = 0.25;

  /**
   * The promise is a second; others on this machine may stall the peer as well as the server. What
   * they are seen to stall is granted besides.
   */
  private static final Duration DECIDED_MAX = Duration.ofSeconds(3);

  /** Until one is served when all others have left. */
  private static final Duration FIRST_MAX = Duration.ofSeconds(2);

  private static final long LOG_LINES_MAX = 10;

  @TempDir Path folder;

  @Test
  void a_thousand_peers_are_served_or_told_at_once_where_less_than_half_of_them_fit()
      throws Exception {
    int admin = RunningServer.freePort();
    var unix = "unix:" + folder.resolve("queue.sock");
    try (var server =
            RunningServer.serve(folder, folder.resolve("data"), "fsync")
                .options("--listen", unix, "--admin-listen", "127.0.0.1:" + admin)
                .by(limited(""))
                .start();
        var lateness = Lateness.measured()) {
      double idle = idle(server);
      try (var herd = new Herd(server.port(), PEERS)) {
        var cpu = ProcessorTime.since(server);
        herd.run(ARRIVAL);
        report("headrace, as they come", herd, cpu.cores(), idle);
        cpu = ProcessorTime.since(server);
        herd.run(TIME);
        double cores = cpu.cores();
        report("headrace", herd, cores, idle);
        assertThat(herd.hanging()).as("peers without answer or end").isZero();
        assertThat(herd.longest(lateness)).isLessThan(DECIDED_MAX);
        assertThat(herd.served()).isBetween(PEERS / 4, PEERS / 2);
        assertThat(herd.toldWhy()).as("refused in words").isEqualTo(herd.sentAway());
        assertThat(cores).isLessThan(CORES_MAX);
        assertThat(logLines(server)).as(server.output()).isBetween(1L, LOG_LINES_MAX);
        assertVerbsWork(unix, admin);
      }
      reportAndAssertFirstAccept(server, lateness);
      assertThat(logLines(server)).as(server.output()).isLessThanOrEqualTo(LOG_LINES_MAX);
    }
    besideBeanstalkd();
  }

  private void besideBeanstalkd() throws Exception {
    try (var server = RunningServer.of(Peer.BEANSTALKD, folder).by(limited("2>/dev/null")).start();
        var herd = new Herd(server.port(), PEERS)) {
      double idle = idle(server);
      var cpu = ProcessorTime.since(server);
      herd.run(TIME_OF_BEANSTALKD);
      report("beanstalkd", herd, cpu.cores(), idle);
      assertThat(herd.hanging()).as("the trial shows what it is for").isPositive();
    }
  }

  private static void assertVerbsWork(String server, int admin) throws Exception {
    var stats = Run.command(Tools.headrace(), "server", "stats", "--server", server);
    assertThat(stats.exit()).as(stats.all()).isZero();
    assertThat(stats.stdout()).contains("headrace-refused-full", "headrace-descriptors-max");
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/healthz"));
      var answer =
          http.send(
              request.timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("ok\n");
    }
  }

  /** The limit is lowered below what is open: accept(2) itself fails, whatever was planned. */
  @Test
  void without_a_descriptor_peers_see_an_end_and_the_others_go_on() throws Exception {
    Tools.require("prlimit", "apt install util-linux");
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var lateness = Lateness.measured()) {
      double idle = idle(server);
      try (var there = new Herd(server.port(), 200);
          var late = new Herd(server.port(), 300)) {
        awaitServed(there, 200);
        limit(server, 120);
        var cpu = ProcessorTime.since(server);
        late.run(Duration.ofSeconds(4));
        report("headrace, EMFILE", late, cpu.cores(), idle);
        assertThat(late.served()).isZero();
        assertThat(late.sentAway()).isGreaterThanOrEqualTo(300);
        assertThat(late.hanging()).as("peers without answer or end").isZero();
        assertThat(late.longest(lateness)).isLessThan(DECIDED_MAX);
        assertThat(cpu.cores()).isLessThan(CORES_MAX);
        assertThat(talk.put("others go on").line()).startsWith("INSERTED ");
      }
      reportAndAssertFirstAccept(server, lateness);
      assertThat(logLines(server)).as(server.output()).isBetween(1L, LOG_LINES_MAX);
      assertThat(server.isAlive()).isTrue();
    }
  }

  /** Not even the descriptor that is held back can be had again. */
  @Test
  void where_nothing_helps_the_server_waits_quietly_and_goes_on_by_itself() throws Exception {
    Tools.require("prlimit", "apt install util-linux");
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var herd = new Herd(server.port(), 100)) {
      double idle = idle(server);
      limit(server, 4);
      var cpu = ProcessorTime.since(server);
      herd.run(Duration.ofSeconds(2));
      report("headrace, nothing helps", herd, cpu.cores(), idle);
      assertThat(herd.served()).isZero();
      assertThat(cpu.cores()).isLessThan(CORES_MAX);
      assertThat(talk.put("others go on").line()).startsWith("INSERTED ");
      limit(server, 1_000);
      awaitServed(herd, 100);
      assertThat(herd.hanging()).isZero();
      assertThat(logLines(server)).as(server.output()).isBetween(1L, LOG_LINES_MAX);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED"})
  void a_system_that_fails_to_accept_for_a_while_is_survived(String error) throws Exception {
    var trace = folder.resolve("trace");
    var strace = Tools.require("strace", "apt install strace");
    // Each connection takes two calls: the second finds nobody.
    var inject = "inject=accept4:error=" + error + ":when=5..24";
    try (var server =
            RunningServer.of(Peer.HEADRACE, folder)
                .by(strace, "-D", "-f", "--seccomp-bpf", "-e", "trace=accept4")
                .by("-e", inject, "-o", trace.toString())
                .start();
        var herd = new Herd(server.port(), 50)) {
      herd.run(A_SECOND);
      awaitServed(herd, 50);
      report("headrace, " + error, herd, 0, 0);
      assertThat(trace).content().contains(error, "(INJECTED)");
      assertThat(logLines(server)).as(server.output()).isLessThanOrEqualTo(LOG_LINES_MAX);
    }
  }

  private static void awaitServed(Herd herd, int peers) throws Exception {
    Await.until(
        "all are served",
        () -> {
          herd.run(Duration.ofMillis(50));
          return herd.served() == peers;
        });
  }

  /** How soon a peer is served when all others have left. */
  private static void reportAndAssertFirstAccept(RunningServer server, Lateness lateness)
      throws Exception {
    long fromMs = System.currentTimeMillis();
    long startNs = System.nanoTime();
    Await.until("a peer is served", () -> isServed(server));
    var took = Duration.ofNanos(System.nanoTime() - startNs);
    System.out.printf("first accept %d ms after the others have left%n", took.toMillis());
    long lateMs = lateness.msWithin(fromMs, took.toMillis());
    assertThat(took).isLessThan(FIRST_MAX.plusMillis(lateMs));
  }

  private static boolean isServed(RunningServer server) {
    try (var talk = server.connect()) {
      return talk.ask("list-tube-used").line().equals("USING default");
    } catch (IOException e) {
      return false;
    }
  }

  private static void report(String who, Herd herd, double cores, double idle) {
    System.out.printf(
        Locale.ROOT,
        "%s: %d served, %d times sent away, %d hang, longest %d ms, %.1f %% of a core (idle %.1f"
            + " %%)%n",
        who,
        herd.served(),
        herd.sentAway(),
        herd.hanging(),
        herd.longest().toMillis(),
        cores * 100,
        idle * 100);
  }

  private static double idle(RunningServer server) throws Exception {
    var cpu = ProcessorTime.since(server);
    Thread.sleep(A_SECOND);
    return cpu.cores();
  }

  /** A shell that lowers the limit of descriptors and becomes the server. */
  private static String[] limited(String redirection) {
    return new String[] {
      "sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\" " + redirection
    };
  }

  private static void limit(RunningServer server, int descriptors) {
    var outcome =
        Run.command(
            "prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + descriptors + ":");
    assertThat(outcome.exit()).as(outcome.all()).isZero();
  }

  /** Lines that begin with their time, and traces below them; not what it says of its start. */
  private static long logLines(RunningServer server) {
    return server.output().lines().filter(line -> line.matches("\\d{4}-\\d.*|\\s.*")).count();
  }
}
