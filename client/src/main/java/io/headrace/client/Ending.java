package io.headrace.client;

import java.time.Duration;

/** What is to become of a job that a {@link JobHandler} has worked on. */
public sealed interface Ending {
  /** It is done. */
  Ending DONE = new Delete();

  /** What has become of it, in one word. */
  String word();

  /** What is said to the server for it. */
  Request<Boolean> request(long job);

  /** It is deleted. */
  record Delete() implements Ending {
    @Override
    public String word() {
      return "deleted";
    }

    @Override
    public Request<Boolean> request(long job) {
      return Requests.delete(job);
    }
  }

  /**
   * It is ready again after a time.
   *
   * @param priority 0 is the most urgent, 2^32-1 the least
   */
  record Release(long priority, Duration delay) implements Ending {
    public Release {
      JobOptions.checkedPriority(priority);
      JobOptions.seconds(delay);
    }

    @Override
    public String word() {
      return "released";
    }

    @Override
    public Request<Boolean> request(long job) {
      return Requests.release(job, priority, delay);
    }
  }

  /**
   * It is set aside, for somebody to look at.
   *
   * @param priority 0 is the most urgent, 2^32-1 the least
   */
  record Bury(long priority) implements Ending {
    public Bury {
      JobOptions.checkedPriority(priority);
    }

    @Override
    public String word() {
      return "buried";
    }

    @Override
    public Request<Boolean> request(long job) {
      return Requests.bury(job, priority);
    }
  }
}
