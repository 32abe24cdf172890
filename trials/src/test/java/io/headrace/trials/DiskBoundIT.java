package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that are released with a delay again and again, among others that come and go: the files of
 * the journal stay within their bound, that of docs/journal-format.md, at every look.
 *
 * <p>{@code -Dheadrace.trials.bound-rounds} sets how long, {@code
 * -Dheadrace.trials.bound-segment-mib} the size of a segment, {@code -Dheadrace.trials.seed} the
 * random choices.
 */
final class DiskBoundIT {
  private static final int ROUNDS = Integer.getInteger("headrace.trials.bound-rounds", 600);
  private static final int SEGMENT_MIB = Integer.getInteger("headrace.trials.bound-segment-mib", 4);
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());

  /** Segments beside the live bodies that the bound allows. */
  private static final long BASE_SEGMENTS = 16;

  private static final long BYTES_A_JOB = 256;
  private static final int MANY = 50;
  private static final int LIVE = 600;
  private static final int BODY_BYTES_MAX = 40_000;

  private record Job(long id, int bytes) {}

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final List<Job> jobs = new ArrayList<>();
  private long liveBytes;
  private long writtenBytes;

  @Test
  void the_files_stay_within_their_bound() throws Exception {
    var data = folder.resolve("data");
    var launch =
        RunningServer.serve(folder, data, "interval:50ms")
            .options("--segment-size", SEGMENT_MIB + "MiB");
    try (var server = launch.start();
        var talk = server.connect()) {
      while (jobs.size() < LIVE) {
        put(talk);
      }
      for (int round = 0; round < ROUNDS; round++) {
        release(talk);
        if (round % 2 == 0) {
          put(talk);
          delete(talk);
        }
        long bound =
            2 * (liveBytes + BYTES_A_JOB * jobs.size()) + BASE_SEGMENTS * SEGMENT_MIB * (1 << 20);
        assertThat(bytesIn(data))
            .as("bytes of files in round %d, seed %d%n%s", round, SEED, server.output())
            .isLessThanOrEqualTo(bound);
      }
      assertThat(writtenBytes).as("bytes put").isGreaterThan(liveBytes);
      System.out.printf(
          "%d rounds, seed %d: %d MiB put, %d MiB live, %d MiB of files%n",
          ROUNDS, SEED, writtenBytes >> 20, liveBytes >> 20, bytesIn(data) >> 20);
    }
  }

  private void put(Talk talk) throws IOException {
    var bytes = new int[MANY];
    for (int i = 0; i < MANY; i++) {
      bytes[i] = random.nextInt(BODY_BYTES_MAX);
      talk.send("put 9 0 600 " + bytes[i] + "\r\n" + "x".repeat(bytes[i]) + "\r\n");
    }
    for (int i = 0; i < MANY; i++) {
      jobs.add(new Job(talk.reply().id(), bytes[i]));
      liveBytes += bytes[i];
      writtenBytes += bytes[i];
    }
  }

  private void delete(Talk talk) throws IOException {
    for (int i = 0; i < MANY; i++) {
      var job = jobs.remove(random.nextInt(jobs.size()));
      liveBytes -= job.bytes;
      assertThat(talk.ask("delete " + job.id).line()).isEqualTo("DELETED");
    }
  }

  private void release(Talk talk) throws IOException {
    for (int i = 0; i < MANY; i++) {
      long job = jobs.get(random.nextInt(jobs.size())).id;
      talk.send("reserve-job " + job + "\r\nrelease " + job + " 9 1\r\n");
    }
    for (int i = 0; i < MANY; i++) {
      assertThat(talk.reply().line()).startsWith("RESERVED ");
      assertThat(talk.reply().line()).isEqualTo("RELEASED");
    }
  }

  private static long bytesIn(Path data) throws IOException {
    long bytes = 0;
    try (var files = Files.list(data)) {
      for (var file : files.toList()) {
        try {
          bytes += Files.size(file);
        } catch (NoSuchFileException e) {
          // Removed, or renamed, meanwhile.
        }
      }
    }
    return bytes;
  }
}
