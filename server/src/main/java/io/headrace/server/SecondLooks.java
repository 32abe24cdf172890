package io.headrace.server;

/**
 * Whether the sockets are to be looked at once more before what came is written and forced. The
 * next commands of a crowd that was answered one after the other come so, too, and a force is for
 * all that are there.
 */
final class SecondLooks {
  /** Entries that are worth another look. Fewer are of so few clients that no more may come. */
  static final int ENTRIES_LEAST = 4;

  /** Looks before a force, if each brings that many entries. */
  static final int LOOKS_MAX = 4;

  private long seenIndex;
  private int looks;

  /**
   * Tells at the end of a look.
   *
   * @param lastIndex the last entry there is
   * @param isOwed whether something is to be written or forced before anybody is told of it
   */
  boolean isWorthAnother(long lastIndex, boolean isOwed) {
    boolean many = lastIndex - seenIndex >= ENTRIES_LEAST;
    seenIndex = lastIndex;
    boolean again = many && isOwed && looks < LOOKS_MAX;
    looks = again ? looks + 1 : 0;
    return again;
  }

  /** Nothing is owed up to this entry. */
  void done(long lastIndex) {
    seenIndex = lastIndex;
  }
}
