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
 * @param options how the journal is run
 * @param faults what goes wrong
 * @param connectionsMax clients at a time
 * @param bodyBytes what most bodies stay below
 * @param memoryBytes what bodies in memory may take
 * @param clears whether clients clear whole tubes
 */
record Scenario(
    long seed,
    int steps,
    JournalOptions options,
    Faults faults,
    int connectionsMax,
    int bodyBytes,
    long memoryBytes,
    boolean clears) {
  static final int SEGMENT_BYTES = 64 << 10;

  /** Memory for all bodies of any scenario. */
  static final long PLENTY_BYTES = 64 << 20;

  /** Where memory is short it has room for about so many. */
  static final long BODIES_IN_MEMORY = 10;

  /**
   * What goes wrong, by chance.
   *
   * @param crashesPerMille how often a step is the loss of power or the end of the process
   * @param failuresPerMille how often one of the disk's next operations fails
   * @param diskBytes what the disk holds; {@link #NO_LIMIT} for no limit
   * @param wallJumps whether the wall clock is set now and then
   */
  record Faults(int crashesPerMille, int failuresPerMille, long diskBytes, boolean wallJumps) {
    static final long NO_LIMIT = Long.MAX_VALUE;
    static final Faults NONE = new Faults(0, 0, NO_LIMIT, false);

    /** Whether requests may be refused for want of room. */
    boolean fillTheDisk() {
      return diskBytes != NO_LIMIT || failuresPerMille > 0;
    }
  }

  /** A run in which nothing goes wrong but the clients. */
  static Scenario calm(long seed, int steps) {
    return new Scenario(
        seed,
        steps,
        options(new Durability.Fsync(), SEGMENT_BYTES, 0),
        Faults.NONE,
        8,
        200,
        PLENTY_BYTES,
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
    int segmentBytes = SEGMENT_BYTES << random.nextInt(3);
    long inlineForceMaxNs = random.nextBoolean() ? 0 : 500_000;
    var faults =
        new Faults(
            random.nextInt(5),
            random.nextInt(3) == 0 ? 2 : 0,
            random.nextInt(5) == 0 ? (1 << 20) + random.nextInt(2 << 20) : Faults.NO_LIMIT,
            random.nextBoolean());
    int bodyBytes = random.nextBoolean() ? 200 : 2_000;
    return new Scenario(
        seed,
        steps,
        options(durability, segmentBytes, inlineForceMaxNs),
        faults,
        2 + random.nextInt(10),
        bodyBytes,
        random.nextInt(3) == 0 ? BODIES_IN_MEMORY * bodyBytes : PLENTY_BYTES,
        random.nextInt(5) == 0);
  }

  private static JournalOptions options(Durability durability, int segment, long inlineMaxNs) {
    return JournalOptions.defaults()
        .with(durability)
        .withSegmentBytes(segment)
        .withInlineForceMaxNs(inlineMaxNs);
  }

  Scenario with(Faults other) {
    return new Scenario(
        seed, steps, options, other, connectionsMax, bodyBytes, memoryBytes, clears);
  }

  Scenario withBodyBytes(int bytes) {
    return new Scenario(seed, steps, options, faults, connectionsMax, bytes, memoryBytes, clears);
  }

  Scenario withMemoryBytes(long bytes) {
    return new Scenario(seed, steps, options, faults, connectionsMax, bodyBytes, bytes, clears);
  }

  /** How long keys are remembered: by the seed, so that in some runs they are forgotten. */
  long keyWindowNs() {
    return switch ((int) Math.floorMod(seed, 3L)) {
      case 0 -> 2_000_000_000L;
      case 1 -> 60_000_000_000L;
      default -> 3_600_000_000_000L;
    };
  }

  /** Whether memory has not room for all bodies. */
  boolean isShortOfMemory() {
    return memoryBytes < PLENTY_BYTES;
  }

  boolean isForced() {
    return options.durability() instanceof Durability.Fsync;
  }
}
