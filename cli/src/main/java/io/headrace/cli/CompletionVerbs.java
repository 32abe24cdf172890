package io.headrace.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code headrace completion …}. */
@Command(name = "completion", description = "Prints what makes a shell complete the verbs.")
final class CompletionVerbs {
  @Command(
      name = "bash",
      description = "For bash.",
      footer = {"", "Example, in ~/.bashrc:", "  source <(headrace completion bash)"})
  int bash() {
    System.out.print(AutoComplete.bash("headrace", Main.wholeTree()));
    return Exit.DONE;
  }

  @Command(
      name = "zsh",
      description = "For zsh.",
      footer = {"", "Example, in ~/.zshrc:", "  source <(headrace completion zsh)"})
  int zsh() {
    // The script for bash turns zsh's emulation of bash's completion on by itself.
    return bash();
  }
}
