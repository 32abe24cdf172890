package io.headrace.worker;

import io.headrace.worker.process.Sink;
import java.io.ByteArrayOutputStream;

/** What comes of a job, as bytes, up to what a job may hold. */
final class Result implements Sink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int max;
  private boolean tooLong;

  /** One of at most so many bytes; 0 where none is wanted. */
  Result(int max) {
    this.max = max;
  }

  @Override
  public void take(byte[] chunk, int length) {
    if (bytes.size() + length > max) {
      tooLong = true;
    } else {
      bytes.write(chunk, 0, length);
    }
  }

  boolean isWanted() {
    return max > 0;
  }

  /** How much it can use: a byte more than it holds shows that it is too long. */
  int room() {
    return isWanted() ? max + 1 : 0;
  }

  boolean isTooLong() {
    return tooLong;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
