package io.headrace.cli.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is asked of a server.
 *
 * @param connections 1 to {@value #CONNECTIONS_MAX}; in the mixed phase half of them put
 * @param depth commands in flight on each, 1 to {@value #DEPTH_MAX}
 * @param bodyBytes {@value #BODY_BYTES_MIN} (what an account of a job needs) to 16 MiB
 * @param jobs jobs that each phase puts or takes, up to {@value #JOBS_MAX}
 * @param limit how long one phase may take before the run is given up
 */
public record Load(
    String tube,
    int connections,
    int depth,
    int bodyBytes,
    int jobs,
    List<Phase> phases,
    Duration limit) {
  public static final int CONNECTIONS_MAX = 10_000;
  public static final int DEPTH_MAX = 10_000;
  public static final int BODY_BYTES_MIN = 24;
  public static final int JOBS_MAX = 20_000_000;

  private static final int BODY_BYTES_MAX = 16 << 20;

  /** Memory for what is in flight, so that a slip of the finger does not fill the machine. */
  private static final long IN_FLIGHT_BYTES_MAX = 2L << 30;

  /** One part of a run. */
  public enum Phase {
    /** Every connection puts. */
    PUT,
    /** Every connection reserves and deletes until the tube is empty. */
    DRAIN,
    /** Half of them put, the others wait for jobs and delete them. */
    MIXED
  }

  public Load {
    phases = List.copyOf(phases);
    within("--conns", connections, 1, CONNECTIONS_MAX);
    within("--depth", depth, 1, DEPTH_MAX);
    within("--size", bodyBytes, BODY_BYTES_MIN, BODY_BYTES_MAX);
    within("--jobs", jobs, 1, JOBS_MAX);
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("--phases names none of put, drain, mixed");
    }
    if ((long) connections * depth * bodyBytes > IN_FLIGHT_BYTES_MAX) {
      throw new IllegalArgumentException("--conns x --depth x --size is more than 2 GiB in flight");
    }
    if (connections < 2 && phases.contains(Phase.MIXED)) {
      throw new IllegalArgumentException("the phase 'mixed' needs --conns 2 or more");
    }
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
    }
  }

  /** How many jobs are put in all phases together. */
  int putsMax() {
    return jobs * (int) phases.stream().filter(phase -> phase != Phase.DRAIN).count();
  }
}
