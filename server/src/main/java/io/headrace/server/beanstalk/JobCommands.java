package io.headrace.server.beanstalk;

import io.headrace.queue.Command;
import io.headrace.queue.SessionId;

/** What requests do to one job that they name. */
final class JobCommands {
  private JobCommands() {}

  /** What this request does; it must be one that names a job and waits for nothing. */
  static Command of(Verb verb, SessionId by, RequestLine request) {
    long job = request.job();
    return switch (verb) {
      case DELETE -> new Command.Delete(by, job);
      case RELEASE -> new Command.Release(by, job, request.priority(), request.delayNs());
      case BURY -> new Command.Bury(by, job, request.priority());
      case TOUCH -> new Command.Touch(by, job);
      case KICK_JOB -> new Command.KickJob(by, job);
      case RETRY_JOB -> new Command.RetryJob(by, job);
      case DROP_JOB -> new Command.DropJob(by, job);
      case UNDROP_JOB -> new Command.UndropJob(by, job);
      default -> throw new AssertionError(verb + " does nothing to a job");
    };
  }
}
