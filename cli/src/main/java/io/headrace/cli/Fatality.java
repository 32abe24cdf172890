package io.headrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.worker.process.SignalName;
import java.util.List;
import java.util.Optional;

/**
 * The end of a command by a signal.
 *
 * @param exit the exit code, as a shell would have it: 128 and the number of the signal
 */
record Fatality(List<String> command, int exit) {
  private static final int SIGNAL_BASE = 128;
  private static final int SIGNAL_MAX = 64;

  /** So much of a command line is told, in characters. */
  private static final int COMMAND_CHARS_MAX = 1000;

  /** Whether an exit code says that there was a signal; a shell hands on that of what it ran. */
  static Optional<Fatality> of(List<String> command, int exit) {
    return exit > SIGNAL_BASE && exit <= SIGNAL_BASE + SIGNAL_MAX
        ? Optional.of(new Fatality(List.copyOf(command), exit))
        : Optional.empty();
  }

  /** Whether it was one that people end programs by, and whole groups of them. */
  static boolean isPolite(int exit) {
    return switch (exit - SIGNAL_BASE) {
      case 1, 2, 15 -> true;
      default -> false;
    };
  }

  /** The signal, by its name if that is known. */
  String signal() {
    return SignalName.of(exit - SIGNAL_BASE);
  }

  /** The evidence. Its last line is what deaths of this kind have in common. */
  byte[] docket() {
    var line = String.join(" ", command);
    var cut = line.length() > COMMAND_CHARS_MAX ? line.substring(0, COMMAND_CHARS_MAX) : line;
    var text =
        "command: " + cut + "\nexit: " + exit + "\n" + command.getFirst() + ": " + signal() + "\n";
    return text.getBytes(UTF_8);
  }
}
