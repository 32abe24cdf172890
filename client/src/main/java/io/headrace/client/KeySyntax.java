package io.headrace.client;

/** What a Headrace server takes for the key of a put. */
final class KeySyntax {
  private static final int CHARS_MAX = 64;
  private static final String PUNCTUATION = "-_.:+/=@";

  private KeySyntax() {}

  /** Returns the key, or throws: one with a blank in it would be another command. */
  static String checked(String key) {
    if (key.isEmpty() || key.length() > CHARS_MAX) {
      throw new IllegalArgumentException("a key has 1 to 64 characters, not " + key.length());
    }
    if (!key.chars().allMatch(KeySyntax::isAllowed)) {
      throw new IllegalArgumentException(
          "key '"
              + key.replaceAll("[^ -~]", "?")
              + "': a key has only letters of ASCII, digits and "
              + PUNCTUATION);
    }
    return key;
  }

  private static boolean isAllowed(int c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || PUNCTUATION.indexOf(c) >= 0;
  }
}
