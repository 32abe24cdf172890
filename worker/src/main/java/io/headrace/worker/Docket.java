package io.headrace.worker;

/** The evidence of an attempt that ended badly. */
interface Docket {
  /**
   * All of it in at most so many bytes. By its last line attempts that ended so are known to be
   * alike.
   */
  byte[] bytes(int max);
}
