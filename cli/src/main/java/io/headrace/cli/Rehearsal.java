package io.headrace.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code headrace rehearse ADDRESS}: what the build runs once, so that the caches of ready-made
 * classes hold what verbs, and the server at the address, load. Of no use to anybody else.
 */
final class Rehearsal {
  private static final List<List<String>> VERBS =
      List.of(
          List.of("put", "--json", "--delay", "0s", "hello"),
          List.of("put", "hello"),
          List.of("job", "peek", "1"),
          List.of("job", "list"),
          List.of("tube", "list"),
          List.of("tube", "stats", "default"),
          List.of("server", "stats"),
          List.of("reserve", "--timeout", "0s", "--delete"),
          List.of("reserve", "--timeout", "0s", "--", "true"),
          List.of("reserve", "--timeout", "0s"));

  private Rehearsal() {}

  static int run(String address) {
    for (var verb : VERBS) {
      var words = new ArrayList<>(verb);
      int options = verb.contains("--") ? verb.indexOf("--") : verb.size();
      words.addAll(options, List.of("--server", address));
      int code = Main.run(words.toArray(String[]::new));
      if (code > Exit.NO) {
        return code;
      }
    }
    return Exit.DONE;
  }
}
