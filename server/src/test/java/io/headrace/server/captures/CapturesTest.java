package io.headrace.server.captures;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CapturesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int HOSTS = 10;

  @TempDir Path data;

  private long nanos = 5;

  private static RecorderOptions options(int max, long bytes) {
    return new RecorderOptions(4096, 1 << 20, max, bytes, HOUR);
  }

  private Captures inMemory(RecorderOptions options) {
    return Captures.inMemory(options, () -> nanos, 1_000_000);
  }

  private static long take(Captures captures, CaptureCause cause, String said) {
    var recording = captures.recorder().open();
    recording.received(
        Unpooled.wrappedBuffer(said.getBytes(StandardCharsets.US_ASCII)), /* nanos= */ 5);
    long id =
        captures.take(
            recording, new Speaker(1, "h:1", "", 0), new Finding(cause, 0, "it", List.of()));
    recording.end();
    return id;
  }

  private static List<Long> ids(Captures captures) {
    return captures.all().stream().map(kept -> kept.capture().id()).toList();
  }

  @Test
  void of_too_many_the_oldest_of_the_most_frequent_cause_goes() {
    var captures = inMemory(options(4, 1 << 20));
    take(captures, CaptureCause.BY_HAND, "a");
    take(captures, CaptureCause.HOLDER_DIED, "b");
    for (int i = 0; i < 100; i++) {
      take(captures, CaptureCause.BAD_FORMAT, "c");
    }
    assertThat(ids(captures)).containsExactly(1L, 2L, 101L, 102L);
  }

  @Test
  void they_take_no_more_bytes_than_they_may() {
    var captures = inMemory(options(100, 5000));
    for (int i = 0; i < 10; i++) {
      take(captures, CaptureCause.BAD_FORMAT, "x".repeat(1500));
    }
    assertThat(ids(captures)).containsExactly(9L, 10L);
  }

  @Test
  void they_are_kept_for_a_time() {
    var captures = inMemory(options(100, 1 << 20));
    long id = take(captures, CaptureCause.BY_HAND, "x");
    nanos += HOUR.toNanos();
    assertThat(captures.find(id)).isPresent();
    nanos++;
    assertThat(captures.find(id)).isEmpty();
  }

  @Test
  void one_host_has_some_a_minute_and_so_have_all() {
    var captures = inMemory(options(100, 1 << 20));
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += captures.admits(CaptureCause.BAD_FORMAT, "a") ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(CaptureRate.HOST_MAX);
    assertThat(captures.skipped()).isEqualTo(100 - CaptureRate.HOST_MAX);
    assertThat(captures.admits(CaptureCause.HOLDER_DIED, "a")).as("counted apart").isTrue();
    for (int i = 0; i < HOSTS * CaptureRate.ALL_MAX; i++) {
      admitted += captures.admits(CaptureCause.UNKNOWN_COMMAND, "h" + i) ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(CaptureRate.ALL_MAX);
    nanos += Duration.ofMinutes(1).toNanos();
    assertThat(captures.admits(CaptureCause.BAD_FORMAT, "a")).isTrue();
  }

  private Captures onDisk(CaptureFiles files) {
    return new Captures(
        options(3, 1 << 20),
        new FlightRecorder(options(3, 1 << 20)),
        files,
        () -> nanos,
        /* wallNs= */ 1_000_000);
  }

  @Test
  void files_outlive_the_server_and_ids_go_on() throws IOException {
    try (var files = CaptureFiles.in(data, 3)) {
      var captures = onDisk(files);
      for (int i = 0; i < 4; i++) {
        take(captures, CaptureCause.BAD_FORMAT, "say " + i);
      }
      assertThat(captures.delete(3)).isTrue();
      assertThat(captures.delete(3)).isFalse();
    }
    var folder = data.resolve("captures");
    assertThat(folder.resolve("1.capture")).doesNotExist();
    assertThat(Files.getPosixFilePermissions(folder.resolve("2.capture")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(folder.resolve("9.capture"), "headrace-capture 1\nhalf");
    Files.writeString(folder.resolve("10.capture.tmp"), "half");
    try (var files = CaptureFiles.in(data, 3)) {
      var captures = onDisk(files);
      assertThat(ids(captures)).containsExactly(2L, 4L);
      assertThat(captures.find(4).orElseThrow().written())
          .asString(StandardCharsets.US_ASCII)
          .contains("say 3");
      assertThat(take(captures, CaptureCause.BY_HAND, "x")).isEqualTo(10);
      assertThat(files.unwritten()).isZero();
    }
    try (var listed = Files.list(folder)) {
      assertThat(listed.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("2.capture", "4.capture", "9.capture", "10.capture");
    }
  }

  @Test
  void a_disk_that_takes_no_file_leaves_the_capture_in_memory() throws IOException {
    Files.writeString(data.resolve("captures"), "a file where the directory should be");
    var files = CaptureFiles.in(data, 3);
    var captures = onDisk(files);
    long id = take(captures, CaptureCause.BY_HAND, "x");
    files.close();
    assertThat(captures.find(id)).isPresent();
    assertThat(files.unwritten()).isEqualTo(1);
  }
}
