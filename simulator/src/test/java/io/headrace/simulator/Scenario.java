package io.headrace.simulator;

import io.headrace.journal.Durability;
import io.headrace.journal.JournalOptions;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What a run of the simulation is made of. The same scenario gives the same run, always.
 *
 * @param seed of everything that is left to chance
 * @param steps things that happen before the faults stop
 * @param connectionsMax clients at a time
 * @param diskBytes what the disk holds; Long.MAX_VALUE for no limit
 * @param crashesPerMille how often a step is the loss of power or the end of the process
 * @param failuresPerMille how often the disk fails once, at one of its next operations
 * @param wallJumps whether the wall clock is set now and then
 * @param clears whether clients clear whole tubes
 */
record Scenario(
    long seed,
    int steps,
    Durability durability,
    int segmentBytes,
    int connectionsMax,
    long diskBytes,
    int crashesPerMille,
    int failuresPerMille,
    boolean wallJumps,
    boolean clears) {
  static final int SEGMENT_BYTES_MIN = 64 << 10;

  /** A run in which nothing goes wrong but the clients. */
  static Scenario calm(long seed, int steps) {
    return new Scenario(
        seed,
        steps,
        new Durability.Fsync(),
        SEGMENT_BYTES_MIN,
        8,
        Long.MAX_VALUE,
        0,
        0,
        false,
        false);
  }

  /** A run of any kind. */
  static Scenario ofSeed(long seed, int steps) {
    var random = new SplittableRandom(seed);
    Durability durability =
        switch (random.nextInt(6)) {
          case 0 -> new Durability.Interval(Duration.ofMillis(1 + random.nextInt(50)));
          case 1 -> new Durability.Never();
          default -> new Durability.Fsync();
        };
    return new Scenario(
        seed,
        steps,
        durability,
        SEGMENT_BYTES_MIN << random.nextInt(3),
        2 + random.nextInt(10),
        random.nextInt(5) == 0 ? (2 << 20) + random.nextInt(2 << 20) : Long.MAX_VALUE,
        random.nextInt(4),
        random.nextInt(3) == 0 ? 2 : 0,
        random.nextBoolean(),
        random.nextInt(5) == 0);
  }

  Scenario withCrashesPerMille(int crashes) {
    return new Scenario(
        seed,
        steps,
        durability,
        segmentBytes,
        connectionsMax,
        diskBytes,
        crashes,
        failuresPerMille,
        wallJumps,
        clears);
  }

  Scenario withDiskBytes(long bytes) {
    return new Scenario(
        seed,
        steps,
        durability,
        segmentBytes,
        connectionsMax,
        bytes,
        crashesPerMille,
        failuresPerMille,
        wallJumps,
        clears);
  }

  Scenario withWallJumps() {
    return new Scenario(
        seed,
        steps,
        durability,
        segmentBytes,
        connectionsMax,
        diskBytes,
        crashesPerMille,
        failuresPerMille,
        true,
        clears);
  }

  /** How the journal is run. */
  JournalOptions options() {
    return JournalOptions.defaults()
        .with(durability)
        .withSegmentBytes(segmentBytes)
        .withInlineForceMaxNs(seed % 2 == 0 ? 500_000 : 0);
  }

  boolean isForced() {
    return durability instanceof Durability.Fsync;
  }
}
