package io.headrace.queue;

/** What a command began and one entry could not finish. */
sealed interface BulkWork {
  /** How many jobs it has changed so far, if its answer tells. */
  long done();

  /**
   * Takes the jobs from an ended session.
   *
   * @param beside how many jobs each was held beside
   * @param verdict what its death says of them, if it died
   */
  record Closing(Session session, Leaving how, int beside, Deaths.Verdict verdict)
      implements BulkWork {
    @Override
    public long done() {
      return 0;
    }
  }

  /** How a session came to its end, as far as its jobs are concerned. */
  enum Leaving {
    /** It let them go. */
    RELEASED(0, AttemptEnd.RELEASED),
    /** It may have been killed by one of them. */
    DIED(1, AttemptEnd.DIED),
    /** The network lost it. */
    UNREACHABLE(2, AttemptEnd.UNREACHABLE),
    /** The server was started anew. */
    RESTART(3, AttemptEnd.RESTART);

    private static final Leaving[] BY_CODE = values();

    /** What stands for it in snapshots; never changes. */
    final int code;

    final AttemptEnd attemptEnd;

    Leaving(int code, AttemptEnd attemptEnd) {
      this.code = code;
      this.attemptEnd = attemptEnd;
    }

    static Leaving of(SessionEnd end) {
      return switch (end) {
        case QUIT, CLOSED -> RELEASED;
        case DIED -> DIED;
        case UNREACHABLE -> UNREACHABLE;
      };
    }

    /** That of a code. */
    static Leaving of(int code) {
      return BY_CODE[code];
    }
  }

  /** Takes deaths back that were held against jobs, since many died at once. */
  final class Revising implements BulkWork {
    final RecentDeath[] deaths;
    int done;

    Revising(RecentDeath[] deaths) {
      this.deaths = deaths;
    }

    @Override
    public long done() {
      return done;
    }
  }

  /** Makes jobs of a tube ready and answers with their number. */
  final class Kicking implements BulkWork {
    final SessionId to;
    final Tube tube;
    final JobState from;

    /** So many jobs at most. */
    final long bound;

    long done;

    Kicking(SessionId to, Tube tube, JobState from, long bound) {
      this.to = to;
      this.tube = tube;
      this.from = from;
      this.bound = bound;
    }

    @Override
    public long done() {
      return done;
    }
  }

  /** Deletes what nobody holds of a tube and answers with the number. */
  final class Clearing implements BulkWork {
    final SessionId to;
    final Tube tube;
    long done;

    Clearing(SessionId to, Tube tube) {
      this.to = to;
      this.tube = tube;
    }

    @Override
    public long done() {
      return done;
    }
  }
}
