package io.headrace.queue;

/** Is shown the bodies of jobs. */
public interface BodyVisitor {
  /** Is shown the body of one job. Must not change the machine. */
  void visit(long job, long bodyRef, int bodyBytes, int crc32c);
}
