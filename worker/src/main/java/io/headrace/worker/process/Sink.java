package io.headrace.worker.process;

/** Where the output of a script goes, piece by piece. Must not wait long. */
@FunctionalInterface
public interface Sink {
  /** Takes the first {@code length} bytes, which are the caller's again afterwards. */
  void take(byte[] chunk, int length);
}
