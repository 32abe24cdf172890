package io.headrace.server.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.journal.BodyStore;
import io.headrace.journal.Durability;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.server.AdminPlace;
import io.headrace.server.Admission;
import io.headrace.server.ClientFaults;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.HeadraceServer;
import io.headrace.server.JournalPlace;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.LogFacts;
import io.headrace.server.LoopThread;
import io.headrace.server.PeerOptions;
import io.headrace.server.QueueLoop;
import io.headrace.server.SecurityOptions;
import io.headrace.server.ServerOptions;
import io.headrace.server.TurnTimes;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.RecorderOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdminListenerTest {
  private static final ListenAddress.Tcp ANY = new ListenAddress.Tcp("127.0.0.1", 0);

  private static HeadraceServer start(Optional<JournalPlace> journal, AdminPlace admin) {
    return HeadraceServer.start(
        new ServerOptions(
            "1.2.3",
            List.of(ANY),
            journal,
            65_535,
            64 << 20,
            1_000_000,
            new ConnectionOptions(100),
            PolicySettings.NONE,
            EventOptions.none(),
            RecorderOptions.standard(),
            Optional.of(admin),
            PeerOptions.defaults(),
            SecurityOptions.NONE,
            KeyOptions.defaults()));
  }

  private static HeadraceServer start() {
    return start(Optional.empty(), new AdminPlace(ANY, false));
  }

  private static String admin(HeadraceServer server) {
    return server.adminAddress().orElseThrow();
  }

  /** Says this, and expects that last. */
  private static Socket say(HeadraceServer server, String text, String end) throws IOException {
    var address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    var said = new StringBuilder();
    while (!said.toString().endsWith(end)) {
      int next = socket.getInputStream().read();
      assertThat(next).as("the end of '%s'", said).isNotEqualTo(-1);
      said.append((char) next);
    }
    return socket;
  }

  private static String put(String tube, int times) {
    return "use " + tube + "\r\n" + "put 0 0 60 1\r\nx\r\n".repeat(times);
  }

  @Test
  void a_scrape_tells_of_tubes_sessions_memory_loop_and_process() throws IOException {
    try (var server = start();
        var _ =
            say(
                server,
                put("mail", 3) + "watch mail\r\nignore default\r\nreserve\r\ndelete 1\r\n",
                "DELETED\r\n")) {
      var got = Get.of(admin(server), "/metrics");
      assertThat(got.code()).isEqualTo(200);
      assertThat(got.type()).startsWith("text/plain; version=0.0.4");
      assertThat(got.body())
          .contains(
              "# TYPE headrace_jobs gauge",
              "headrace_jobs{state=\"ready\",tube=\"mail\"} 2.0",
              "headrace_jobs{state=\"ready\",tube=\"default\"} 0.0",
              "headrace_jobs_put_total{tube=\"mail\"} 3.0",
              "headrace_jobs_deleted_total{tube=\"mail\"} 1.0",
              "headrace_tube_waiting{tube=\"mail\"} 0.0",
              "headrace_keys 0.0",
              "headrace_connections 1.0",
              "headrace_connections_by_health{health=\"healthy\"} 1.0",
              "headrace_connections_by_health{health=\"stalled\"} 0.0",
              "headrace_connections_opened_total 1.0",
              "headrace_connections_max 100.0",
              "headrace_connections_max_per_address 100.0",
              "headrace_connections_refused_total{why=\"full\"} 0.0",
              "headrace_connections_refused_total{why=\"address\"} 0.0",
              "headrace_connections_refused_total{why=\"no_descriptor\"} 0.0",
              "headrace_accept_failures_total 0.0",
              "headrace_accept_aborts_total 0.0",
              "headrace_listen_overflows_total ",
              "headrace_listen_drops_total ",
              "headrace_workers 1.0",
              "headrace_body_resident_bytes 2.0",
              "headrace_draining 0.0",
              "headrace_loop_turn_seconds_bucket{le=\"0.01\"}",
              "headrace_loop_turn_seconds_sum ",
              "headrace_build_info{version=\"1.2.3\"} 1",
              "jvm_memory_used_bytes{",
              "process_files_open_files ",
              "process_files_max_files ")
          .doesNotContain("headrace_journal_", "tube=\"(others)\"");
      assertThat(got.lines("headrace_oldest_ready_seconds{tube=\"mail\"}"))
          .singleElement()
          .asString()
          .doesNotEndWith(" 0.0");
    }
  }

  @Test
  void a_server_with_a_journal_tells_of_its_files(@TempDir Path directory) throws IOException {
    var place = new JournalPlace(directory, new Durability.Fsync(), 1 << 20);
    try (var server = start(Optional.of(place), new AdminPlace(ANY, false));
        var _ = say(server, put("mail", 1), "INSERTED 1\r\n")) {
      assertThat(Get.of(admin(server), "/metrics").body())
          .contains("headrace_journal_newest_segment ", "headrace_journal_segment_bytes 1048576.0");
    }
  }

  @Test
  void tubes_beyond_a_hundred_are_summed_however_many_turns_the_loop_needs_to_see_them()
      throws IOException {
    var puts = new StringBuilder();
    for (int i = 0; i < 1_200; i++) {
      puts.append(put("t" + i, i < 1_100 ? 1 : 2));
    }
    int last = 1_100 + 2 * 100;
    try (var server = start();
        var _ = say(server, puts.toString(), "INSERTED " + last + "\r\n")) {
      var got = Get.of(admin(server), "/metrics");
      assertThat(got.lines("headrace_jobs_put_total{")).hasSize(Tubes.AS_LABELS + 1);
      assertThat(got.body())
          .contains(
              "headrace_jobs{state=\"ready\",tube=\"(others)\"} 1100.0",
              "headrace_jobs_put_total{tube=\"(others)\"} 1100.0",
              "headrace_jobs{state=\"ready\",tube=\"t1199\"} 2.0",
              "headrace_tubes 1201.0")
          .doesNotContain("tube=\"t1099\"", "headrace_jobs_deleted_total{tube=\"(others)\"}");
    }
  }

  @Test
  void a_tube_named_as_the_others_is_one_of_them() throws IOException {
    try (var server = start();
        var _ = say(server, put("(others)", 2), "INSERTED 2\r\n")) {
      assertThat(Get.of(admin(server), "/metrics").lines("headrace_jobs{state=\"ready\","))
          .containsExactlyInAnyOrder(
              "headrace_jobs{state=\"ready\",tube=\"default\"} 0.0",
              "headrace_jobs{state=\"ready\",tube=\"(others)\"} 2.0");
    }
  }

  @Test
  void scrapes_within_a_second_share_the_numbers() throws IOException {
    try (var server = start()) {
      long beganNanos = System.nanoTime();
      var first = Get.of(admin(server), "/metrics");
      try (var _ = say(server, put("late", 1), "INSERTED 1\r\n")) {
        var second = Get.of(admin(server), "/metrics");
        // The numbers are no older than that.
        if (System.nanoTime() - beganNanos < LoopAnswers.SHARED_NS) {
          assertThat(second.body()).doesNotContain("late");
          assertThat(second.lines("headrace_uptime")).isEqualTo(first.lines("headrace_uptime"));
        }
      }
    }
  }

  @Test
  void other_paths_are_not_found_and_other_methods_refused() {
    try (var server = start()) {
      var address = admin(server);
      assertThat(Get.of(address, "/").code()).isEqualTo(404);
      assertThat(Get.of(address, "/metrics/x").body()).contains("/metrics");
      assertThat(Get.by("POST", address, "/metrics").code()).isEqualTo(405);
      assertThat(Get.by("DELETE", address, "/healthz").code()).isEqualTo(405);
      assertThat(Get.by("HEAD", address, "/metrics"))
          .isEqualTo(new Get(200, Scrape.CONTENT_TYPE, ""));
      assertThat(health(address)).isEqualTo(new Get(200, "text/plain; charset=utf-8", "ok\n"));
    }
  }

  /** A loop that gets no processor for a second is told with 503, and rightly: asks again then. */
  private static Get health(String address) {
    var health = Get.of(address, "/healthz");
    for (int tries = 1; tries < 10 && health.code() == 503; tries++) {
      health = Get.of(address, "/healthz");
    }
    return health;
  }

  @Test
  void a_loop_that_does_not_answer_is_told_with_503() {
    var machine = new QueueMachine();
    var log = new VolatileLog();
    try (var bodies = BodyStore.offHeap(16 << 20, 1_000)) {
      var stuck = new StuckThread();
      var census =
          new LoopCensus(
              new LoopCensus.Sources(
                  machine,
                  new QueueLoop(machine, log, bodies, stuck, 0, _ -> {}),
                  stuck,
                  bodies,
                  new Admission(log, bodies, machine, 10, 10),
                  LogFacts.NONE,
                  new TurnTimes(),
                  new JobMeters(),
                  new ClientFaults(),
                  () -> ConnectionNumbers.NONE,
                  Captures.none()::numbers,
                  () -> 0));
      var patience = new AdminListener.Patience(30, 20);
      try (var listener = AdminListener.open(ANY, census, "1.2.3", patience)) {
        var numbers = Get.of(listener.address(), "/metrics");
        assertThat(numbers.code()).isEqualTo(503);
        assertThat(numbers.body()).contains("within 30 ms");
        assertThat(Get.of(listener.address(), "/metrics").code()).isEqualTo(503);
        assertThat(Get.of(listener.address(), "/healthz").code()).isEqualTo(503);
        assertThat(stuck.asked).as("one question of each kind").isEqualTo(2);
      }
    }
  }

  /** Takes everything, and does nothing. */
  private static final class StuckThread implements LoopThread {
    private volatile int asked;

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void atEndOfTurn(Runnable step) {}

    @Override
    public void wakeAt(long nanoTime, Runnable wake) {}

    @Override
    public synchronized void execute(Runnable task) {
      asked++;
    }

    @Override
    public void executeAfterReads(Runnable task) {}
  }

  @Test
  void a_taken_port_ends_the_start_only_where_somebody_chose_it() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new ListenAddress.Tcp("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> start(Optional.empty(), new AdminPlace(address, false)).close())
          .isInstanceOf(ListenException.class)
          .hasMessageContaining(address.toString())
          .hasMessageContaining("admin-listen");
      try (var server = start(Optional.empty(), new AdminPlace(address, true));
          var _ = say(server, put("mail", 1), "INSERTED 1\r\n")) {
        assertThat(server.adminAddress()).isEmpty();
      }
    }
  }
}
