package io.headrace.client;

import java.util.Optional;

/**
 * A call of a {@link JobClient} that ended without an answer, or with a refusal. The message says
 * what happened and whether the command was done; the cause is what ended its connection.
 */
public final class CallFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is known of a command whose call failed. */
  public enum Outcome {
    /** The server never had the whole command, or said that it did not do it. */
    NOT_DONE,
    /** It may have been done: look before you ask again. */
    UNKNOWN
  }

  private final Outcome outcome;

  private CallFailed(String message, Throwable cause, Outcome outcome) {
    super(message, cause);
    this.outcome = outcome;
  }

  static CallFailed notDone(Request<?> request, ClientException cause) {
    var message = cause.getMessage() + "; '" + request + "' was not done";
    return new CallFailed(message, cause, Outcome.NOT_DONE);
  }

  static CallFailed unknown(Request<?> request, ClientException cause) {
    var message = cause.getMessage() + "; whether '" + request + "' was done is unknown";
    return new CallFailed(message, cause, Outcome.UNKNOWN);
  }

  /** The same with the stack of whoever waited, which is the one that helps. */
  CallFailed here() {
    return new CallFailed(String.valueOf(getMessage()), this, outcome);
  }

  /** What is known of the command. */
  public Outcome outcome() {
    return outcome;
  }

  /** What the server said, when it refused. */
  public Optional<UnexpectedReply> refusal() {
    for (var why = getCause(); why != null; why = why.getCause()) {
      if (why instanceof UnexpectedReply reply) {
        return Optional.of(reply);
      }
    }
    return Optional.empty();
  }

  /** Whether to ask once more, over another connection, may help and does no harm. */
  boolean isWorthAnother() {
    return outcome == Outcome.NOT_DONE
        && refusal().isEmpty()
        && !Thread.currentThread().isInterrupted();
  }
}
