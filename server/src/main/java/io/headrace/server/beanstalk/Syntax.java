package io.headrace.server.beanstalk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headrace.server.captures.CaptureCause;
import java.util.List;

/** How requests are written, for people who look at one that was not. */
final class Syntax {
  /** Longer words before those they begin with. */
  private static final List<String> FORMS =
      List.of(
          "put-key <key> <pri> <delay> <ttr> <bytes>",
          "put <pri> <delay> <ttr> <bytes>",
          "peek-ready",
          "peek-delayed",
          "peek-buried",
          "peek-docket <id>",
          "peek <id>",
          "reserve-with-timeout <seconds>",
          "reserve-job <id>",
          "reserve",
          "delete-capture <id>",
          "delete <id>",
          "release <id> <pri> <delay>",
          "bury <id> <pri>",
          "touch <id>",
          "use <tube>",
          "watch <tube>",
          "ignore <tube>",
          "kick-job <id>",
          "kick <bound>",
          "stats-job <id>",
          "stats-tube <tube>",
          "stats",
          "list-tubes-watched",
          "list-tube-used",
          "list-tubes",
          "list-jobs <tube> <state> <max>",
          "list-dead <after> <max>",
          "list-ended <max>",
          "pause-tube <tube> <seconds>",
          "clear-tube <tube>",
          "show-tube <tube>",
          "show-job <id>",
          "show-held",
          "set-tube <tube> <key>=<value>...",
          "died <id> <bytes>",
          "docket <id> <bytes>",
          "retry-job <id>",
          "drop-job <id>",
          "undrop-job <id>",
          "close-connection <id>",
          "capture-connection <id>",
          "get-capture <id>");

  private Syntax() {}

  /** What was expected instead of this line; nothing of the line but its command is in it. */
  static String expected(CaptureCause cause, byte[] line, int bytes) {
    if (cause == CaptureCause.UNKNOWN_COMMAND) {
      return "a command, in lower case";
    }
    String text = new String(line, 0, bytes, ISO_8859_1);
    return FORMS.stream()
        .filter(form -> text.startsWith(word(form)))
        .findFirst()
        .map(form -> "'" + form + "'")
        .orElse("the arguments of the command");
  }

  private static String word(String form) {
    return form.contains(" ") ? form.substring(0, form.indexOf(' ')) : form;
  }
}
