package io.headrace.client;

import javax.net.ssl.SSLException;

/**
 * The server could not be reached, went away, or did not answer within the deadline. The message
 * names the address and what happened. Whether a command that was under way took effect is unknown.
 */
public final class ServerUnreachable extends ClientException {
  private static final long serialVersionUID = 1;

  private final boolean byTls;

  ServerUnreachable(String message) {
    super(message);
    byTls = false;
  }

  ServerUnreachable(String message, Throwable cause) {
    super(message, cause);
    byTls = cause instanceof SSLException;
  }

  /** Whether it is there, and TLS failed: one side does not trust what the other shows. */
  public boolean byTls() {
    return byTls;
  }
}
