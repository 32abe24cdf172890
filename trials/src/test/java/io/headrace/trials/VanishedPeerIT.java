package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Workers whose network goes away while they hold jobs with a TTR of ten minutes: nobody tells the
 * server, and yet others have the jobs within half a minute. And those that are only silent.
 */
@Execution(ExecutionMode.CONCURRENT)
final class VanishedPeerIT {
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);

  /** So many that questions for all of them at once are more than the kernel keeps. */
  private static final int CROWD = 10_000;

  private static final int ACCEPTED_BEFORE = 3;

  /** Longer than {@code peer-timeout}, after which a peer is given up that does not answer. */
  private static final Duration SILENCE = Duration.ofSeconds(35);

  @TempDir Path folder;

  @Test
  void a_crowd_that_came_at_once_and_says_nothing_stays() throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      // The quicker they are accepted the more are asked at once: a server that has just started is
      // slow.
      for (int i = 0; i < ACCEPTED_BEFORE; i++) {
        withCrowd(server, talk, () -> {});
      }
      withCrowd(
          server,
          talk,
          () -> {
            long until = System.nanoTime() + SILENCE.toNanos();
            while (System.nanoTime() < until) {
              assertThat(connections(talk)).isEqualTo(CROWD + 1);
              Await.pause();
            }
          });
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void withCrowd(RunningServer server, Talk talk, Action whenAllAreIn)
      throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    List<SocketChannel> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < CROWD; i++) {
        crowd.add(SocketChannel.open(address));
      }
      Await.until("all are in", () -> connections(talk) == CROWD + 1);
      whenAllAreIn.run();
    } finally {
      for (var one : crowd) {
        one.close();
      }
    }
    Await.until("all are out", () -> connections(talk) == 1);
  }

  private static long connections(Talk talk) throws IOException {
    return Told.number(talk, "stats", "current-connections");
  }

  @Test
  void jobs_of_workers_that_the_network_has_lost_come_back_within_half_a_minute() throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).options("-l", "0.0.0.0").start();
        var talk = server.connect();
        var unplugged = Network.open();
        var dropped = Network.open();
        var waiting = Network.open()) {
      for (var network : new Network[] {unplugged, dropped}) {
        talk.put(100, 0, 600, "held");
        assertThat(network.connect(server.port(), "reserve\\r\\n").readLine())
            .startsWith("RESERVED ");
      }
      var line = waiting.connect(server.port(), "list-tube-used\\r\\nreserve\\r\\n");
      assertThat(line.readLine()).startsWith("USING ");
      Await.until("it waits", () -> Told.number(talk, "stats", "current-waiting") == 1);

      unplugged.unplug();
      dropped.dropAll();
      waiting.dropAll();
      long cut = System.nanoTime();
      // This one goes to a worker that is gone already: its reservation is never acknowledged.
      talk.put(100, 0, 600, "sent into the void");
      Await.until("it is on its way", () -> Told.number(talk, "stats", "current-waiting") == 0);
      assertThat(Told.number(talk, "stats", "current-jobs-reserved")).isEqualTo(3);

      Map<Long, Duration> noticed = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        var reply = talk.ask("reserve-with-timeout 120");
        assertThat(reply.line()).startsWith("RESERVED ");
        noticed.put(reply.id(), Duration.ofNanos(System.nanoTime() - cut));
      }
      System.out.printf("unplugged, dropped, waiting: noticed after %s%n", noticed);
      assertThat(noticed).containsOnlyKeys(1L, 2L, 3L);
      assertThat(noticed.values()).allMatch(took -> took.compareTo(NOTICED_WITHIN) <= 0);
      for (long id : noticed.keySet()) {
        var shown = talk.ask("show-job " + id);
        assertThat(Told.entries(shown)).containsEntry("deaths", "0");
        assertThat(Told.items(shown).getFirst()).containsEntry("how", "unreachable");
      }
    }
  }
}
