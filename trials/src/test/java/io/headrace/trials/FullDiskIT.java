package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that fills up: puts are refused with OUT_OF_MEMORY, deletes go on, and puts are taken
 * again by themselves when there is room. A start on a full disk works.
 */
final class FullDiskIT {

  private static final int DISK_MEGABYTES = 48;
  private static final String SEGMENT_BYTES = Integer.toString(1 << 20);
  private static final String BODY = "x".repeat(20_000);
  private static final int JOBS_MAX = 2 * DISK_MEGABYTES * 1_000_000 / BODY.length();

  @TempDir Path folder;

  @Test
  void a_backlog_that_fills_the_disk_is_refused_kept_and_worked_off() throws Exception {
    try (var disk = SmallDisk.mount(folder.resolve("disk"), DISK_MEGABYTES)) {
      List<Long> ids;
      try (var server = launch(disk).start();
          var talk = server.connect()) {
        ids = fill(talk);
        assertThat(talk.ask("delete " + ids.removeLast()).line()).isEqualTo("DELETED");
        server.kill9();
      }
      try (var server = launch(disk).start();
          var talk = server.connect()) {
        assertThat(Census.bodies(talk, ids)).as(server.output()).hasSize(ids.size());
        for (long id : ids) {
          assertThat(talk.ask("delete " + id).line()).as(server.output()).isEqualTo("DELETED");
        }
        Await.until(
            "puts are taken again. " + server.output(),
            () -> talk.put(BODY).line().startsWith("INSERTED "));
        assertThat(fill(talk)).as("jobs that fit again").hasSizeGreaterThan(ids.size() / 2);
      }
    }
  }

  @Test
  void a_disk_that_something_else_filled_is_waited_for() throws Exception {
    try (var disk = SmallDisk.mount(folder.resolve("disk"), DISK_MEGABYTES)) {
      try (var server = launch(disk).start();
          var talk = server.connect()) {
        long held = talk.put(BODY).id();
        long first = talk.put(BODY).id();
        assertThat(talk.ask("reserve-job " + held).line()).startsWith("RESERVED ");
        var filler = disk.fill();
        fill(talk);
        assertThat(talk.ask("delete " + held).line()).isEqualTo("DELETED");
        assertThat(talk.ask("delete " + first).line()).isEqualTo("DELETED");
        Files.delete(filler);
        Await.until(
            "puts are taken again. " + server.output(),
            () -> talk.put(BODY).line().startsWith("INSERTED "));
        assertThat(server.isAlive()).isTrue();
      }
    }
  }

  @Test
  void a_server_starts_on_a_full_disk() throws Exception {
    try (var disk = SmallDisk.mount(folder.resolve("disk"), DISK_MEGABYTES)) {
      long id;
      try (var server = launch(disk).start();
          var talk = server.connect()) {
        id = talk.put(BODY).id();
        server.kill9();
      }
      var filler = disk.fill();
      try (var server = launch(disk).start();
          var talk = server.connect()) {
        assertThat(talk.ask("peek " + id).body()).isEqualTo(BODY);
        Files.delete(filler);
        Await.until(
            "puts are taken. " + server.output(),
            () -> talk.put(BODY).line().startsWith("INSERTED "));
      }
    }
  }

  private RunningServer.Launch launch(SmallDisk disk) throws IOException {
    return RunningServer.of(Peer.HEADRACE, folder)
        .data(disk.folder().resolve("data"), 0)
        .options("-s", SEGMENT_BYTES);
  }

  /** Puts jobs until one is refused, and returns the ids of the others. */
  private static List<Long> fill(Talk talk) throws IOException {
    var ids = new ArrayList<Long>();
    while (ids.size() < JOBS_MAX) {
      var reply = talk.put(BODY);
      if (reply.line().equals("OUT_OF_MEMORY")) {
        return ids;
      }
      assertThat(reply.line()).startsWith("INSERTED ");
      ids.add(reply.id());
    }
    throw new AssertionError(
        JOBS_MAX + " jobs of " + BODY.length() + " bytes fit on " + DISK_MEGABYTES + " MB");
  }
}
