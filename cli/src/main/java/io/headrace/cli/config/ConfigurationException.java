package io.headrace.cli.config;

/**
 * A value that cannot be used, in one line: where it stands, what is wrong, what would be right.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
