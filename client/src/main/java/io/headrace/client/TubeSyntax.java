package io.headrace.client;

/** What beanstalkd's protocol takes for the name of a tube (protocol.txt, "names"). */
final class TubeSyntax {
  private static final int BYTES_MAX = 200;
  private static final String PUNCTUATION = "-+/;.$_()";

  private TubeSyntax() {}

  /** Returns the name, or throws: a name with a line's end in it would be a second command. */
  static String checked(String name) {
    if (name.isEmpty() || name.length() > BYTES_MAX) {
      throw new IllegalArgumentException("a tube's name has 1 to 200 bytes, not " + name.length());
    }
    if (name.startsWith("-")) {
      throw new IllegalArgumentException("tube '" + name + "': a name must not begin with '-'");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = Character.isLetterOrDigit(c) && c < 128;
      if (!letter && PUNCTUATION.indexOf(c) < 0) {
        throw new IllegalArgumentException(
            "tube '" + name + "': the protocol takes only letters, digits and " + PUNCTUATION);
      }
    }
    return name;
  }
}
