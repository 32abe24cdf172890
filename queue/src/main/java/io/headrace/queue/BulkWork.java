package io.headrace.queue;

/** What a command began and one entry could not finish. */
sealed interface BulkWork {
  /** How many jobs it has changed so far, if its answer tells. */
  long done();

  /** Makes the jobs ready that an ended session held. */
  record Closing(Session session) implements BulkWork {
    @Override
    public long done() {
      return 0;
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
