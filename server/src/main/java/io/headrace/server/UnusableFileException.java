package io.headrace.server;

/** A file that a setting names cannot be used. The message says which, why, and what to do. */
public final class UnusableFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String setting;

  /**
   * A file that is of no use.
   *
   * @param setting the key that names the file, as {@code tls-cert}
   */
  public UnusableFileException(String setting, String message) {
    super(message);
    this.setting = setting;
  }

  public UnusableFileException(String setting, String message, Throwable cause) {
    super(message, cause);
    this.setting = setting;
  }

  /** The key that names the file. */
  public String setting() {
    return setting;
  }
}
