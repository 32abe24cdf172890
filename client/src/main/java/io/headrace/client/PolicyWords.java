package io.headrace.client;

import java.util.List;

/** What the protocol takes for the words of a policy; what they mean is the server's to judge. */
final class PolicyWords {
  /** Longest line of a command in bytes, without its CRLF. */
  private static final int LINE_BYTES_MAX = 222;

  private PolicyWords() {}

  /** Returns them as one text, or throws: a line's end among them would begin a second command. */
  static String checked(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("there is no policy; write KEY=VALUE");
    }
    for (var word : words) {
      if (!word.matches("[!-~]+")) {
        throw new IllegalArgumentException(
            "policy '"
                + word.replaceAll("[^ -~]", "?")
                + "': write KEY=VALUE without blanks, as max-deaths=3");
      }
    }
    return String.join(" ", words);
  }

  static void checkLength(String command) {
    if (command.length() > LINE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "these policies are too long for one command; set some now and the others then");
    }
  }
}
