package io.headrace.http;

/** The exchange is over, before a response: carries the verdict to where it is told. */
final class EndedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Verdict verdict;

  EndedException(Verdict verdict) {
    super(verdict.text(), null, false, false);
    this.verdict = verdict;
  }

  Verdict verdict() {
    return verdict;
  }
}
