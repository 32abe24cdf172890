package io.headrace.server;

/** An address cannot be listened on. The message says which, why, and what to do: one line. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String setting;

  public ListenException(String message) {
    super(message);
    setting = "listen";
  }

  public ListenException(String message, Throwable cause) {
    super(message, cause);
    setting = "listen";
  }

  private ListenException(ListenException other, String setting) {
    super(other.getMessage(), other);
    this.setting = setting;
  }

  /** The same of an address that another setting has named. */
  public ListenException of(String otherSetting) {
    return new ListenException(this, otherSetting);
  }

  /** The setting that names the address. */
  public String setting() {
    return setting;
  }
}
