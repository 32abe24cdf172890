package io.headrace.queue;

/** What a command began and one entry could not finish. */
sealed interface BulkWork {
  /** Makes the jobs ready that an ended session held. */
  record Closing(Session session) implements BulkWork {}

  /** Makes jobs of a tube ready and answers with their number. */
  final class Kicking implements BulkWork {
    final SessionId to;
    final Tube tube;
    final JobState from;
    long left;
    long done;

    Kicking(SessionId to, Tube tube, JobState from, long left) {
      this.to = to;
      this.tube = tube;
      this.from = from;
      this.left = left;
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
  }
}
