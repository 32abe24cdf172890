package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.util.List;
import java.util.stream.Collectors;

/** What can be done with dead jobs. */
enum DeadAct {
  /** A new chance, where it came from. */
  RETRY("retry", "retried", "it is neither dead nor buried: 'headrace job show' tells") {
    @Override
    boolean apply(HeadraceClient client, long job) {
      return client.retryJob(job);
    }
  },
  /** Away with it, with an hour to think better of it. */
  DROP("drop", "dropped", "it is neither dead nor buried: 'headrace job show' tells") {
    @Override
    boolean apply(HeadraceClient client, long job) {
      return client.dropJob(job);
    }
  },
  /** Back with what was dropped. */
  UNDO("bring back", "brought back", "nobody dropped it within the last hour") {
    @Override
    boolean apply(HeadraceClient client, long job) {
      return client.undropJob(job);
    }
  };

  private final String word;
  private final String done;
  private final String whyNot;

  DeadAct(String word, String done, String whyNot) {
    this.word = word;
    this.done = done;
    this.whyNot = whyNot;
  }

  /** Does it to one job; false when that is not in the right state. */
  abstract boolean apply(HeadraceClient client, long job);

  /** What is done, as in "this would …". */
  String word() {
    return word;
  }

  /** How to say that it has happened. */
  String done() {
    return done;
  }

  /** Why it did not happen to a job. */
  String whyNot() {
    return whyNot;
  }

  /** Whether it is for jobs that were dropped, not for the others. */
  boolean isForDropped() {
    return this == UNDO;
  }

  /** Says what can be done next about these jobs, chosen one by one. */
  void noteNext(List<Long> jobs) {
    noteNext(jobs.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  /** Says what can be done next about what was chosen by {@code words} of the command line. */
  void noteNext(String words) {
    switch (this) {
      case DROP ->
          Output.note("this can be undone for an hour, by 'headrace dead undo " + words + "'");
      case UNDO -> Output.note("buried, as before; 'headrace dead retry' makes them ready");
      case RETRY -> {}
    }
  }
}
