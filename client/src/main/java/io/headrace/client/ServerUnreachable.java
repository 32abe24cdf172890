package io.headrace.client;

/**
 * The server could not be reached, went away, or did not answer within the deadline. The message
 * names the address and what happened. Whether a command that was under way took effect is unknown.
 */
public final class ServerUnreachable extends ClientException {
  private static final long serialVersionUID = 1;

  ServerUnreachable(String message) {
    super(message);
  }

  ServerUnreachable(String message, Throwable cause) {
    super(message, cause);
  }
}
