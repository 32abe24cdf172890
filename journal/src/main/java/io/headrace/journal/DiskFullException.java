package io.headrace.journal;

import java.io.IOException;

/** The file system, or the quota on it, has no room. Bytes may have been written in part. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1;

  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
