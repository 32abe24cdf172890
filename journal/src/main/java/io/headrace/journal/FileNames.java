package io.headrace.journal;

import java.util.OptionalLong;

/** How the journal's files are called. */
final class FileNames {
  /** Room for the next snapshot, which is written into it where there is no other. */
  static final String SPARE_SNAPSHOT = "spare.snapshot";

  /** Ends the names of files that are being made and mean nothing after a crash. */
  static final String UNFINISHED = ".tmp";

  /** The next snapshot, while it is written into a file of its own. */
  static final String NEXT_SNAPSHOT = "next.snapshot" + UNFINISHED;

  private static final String LOG = ".seg";
  private static final String BODIES = ".bodies";
  private static final String SNAPSHOT = "snapshot-";
  private static final String SNAPSHOT_END = ".snap";

  private FileNames() {}

  static String log(int number) {
    return digits(number, 12) + LOG;
  }

  static String bodies(int number) {
    return digits(number, 12) + BODIES;
  }

  static String snapshot(long index) {
    return SNAPSHOT + digits(index, 16) + SNAPSHOT_END;
  }

  /** Returns the number of a log segment, if this is the name of one. */
  static OptionalLong logNumber(String name) {
    return number(name, "", LOG);
  }

  static OptionalLong bodiesNumber(String name) {
    return number(name, "", BODIES);
  }

  static OptionalLong snapshotIndex(String name) {
    return number(name, SNAPSHOT, SNAPSHOT_END);
  }

  private static String digits(long number, int width) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static OptionalLong number(String name, String before, String after) {
    int end = name.length() - after.length();
    if (end <= before.length() || end - before.length() > 18) {
      return OptionalLong.empty();
    }
    String digits = name.substring(before.length(), end);
    boolean matches =
        name.startsWith(before)
            && name.endsWith(after)
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return matches ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
  }
}
