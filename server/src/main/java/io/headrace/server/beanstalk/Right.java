package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;

/** Something that a token allows, in one tube or in all whose names begin alike. */
final class Right {
  /** What is allowed. */
  enum Kind {
    PUT("put:"),
    RESERVE("reserve:"),
    MANAGE("manage:");

    private final String start;

    Kind(String start) {
      this.start = start;
    }
  }

  private static final String ANY = "*";

  final Kind kind;
  private final TubeName start;
  private final boolean exact;
  private final boolean everywhere;

  private Right(Kind kind, TubeName start, boolean exact, boolean everywhere) {
    this.kind = kind;
    this.start = start;
    this.exact = exact;
    this.everywhere = everywhere;
  }

  /**
   * Reads {@code put:TUBE}, {@code reserve:TUBE} or {@code manage:TUBE}; TUBE may end in a star.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  static Right parse(String text) {
    for (var kind : Kind.values()) {
      if (text.startsWith(kind.start)) {
        var tube = text.substring(kind.start.length());
        boolean exact = !tube.endsWith(ANY);
        var name = exact ? tube : tube.substring(0, tube.length() - 1);
        if (name.isEmpty() && !exact) {
          return new Right(kind, TubeName.DEFAULT, false, true);
        }
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        if (TubeNames.isName(bytes, 0, bytes.length)) {
          return new Right(kind, TubeName.of(bytes), exact, false);
        }
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is no right; write put:TUBE, reserve:TUBE or manage:TUBE, where TUBE may end"
            + " in *");
  }

  /** Whether it holds in every tube, and for the server as a whole. */
  boolean holdsEverywhere() {
    return everywhere;
  }

  /** Whether it holds in this tube. Allocates nothing. */
  boolean holdsIn(TubeName tube) {
    if (everywhere) {
      return true;
    }
    if (exact) {
      return start.equals(tube);
    }
    if (tube.length() < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if (tube.byteAt(i) != start.byteAt(i)) {
        return false;
      }
    }
    return true;
  }
}
