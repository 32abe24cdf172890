package io.headrace.client;

/** What ends a connection to a server: after one of these only {@code close} is left. */
public abstract sealed class ClientException extends RuntimeException
    permits ServerUnreachable, UnexpectedReply {
  private static final long serialVersionUID = 1;

  ClientException(String message) {
    super(message);
  }

  ClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
