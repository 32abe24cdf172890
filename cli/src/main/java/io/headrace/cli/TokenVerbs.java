package io.headrace.cli;

import io.headrace.server.beanstalk.Tokens;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headrace token …}: who may do what. */
@Command(name = "token", description = "Makes tokens, by which a server knows who may do what.")
final class TokenVerbs {
  @Command(
      name = "make",
      description = {
        "Makes a token and prints it, and the line that allows it.",
        "",
        "The server knows the line only: the token is printed once and kept nowhere.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  headrace token make web put:mail",
        "  headrace token make mailer reserve:mail 'manage:mail*'"
      })
  int make(
      @Mixin Output output,
      @Parameters(
              index = "0",
              paramLabel = "NAME",
              description = "Whose it is, for whoever reads the file: A-Z a-z 0-9 . _ -")
          String name,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "RIGHT",
              description =
                  "put:TUBE, reserve:TUBE or manage:TUBE; a * at the end stands for anything.")
          List<String> rights) {
    var made = Tokens.make(name, rights, new SecureRandom());
    output.result(
        "the token of "
            + name
            + ", shown this once (HEADRACE_TOKEN, or a file that 'token' names):\n"
            + made.text()
            + "\nthe line for the file that 'tokens' names:\n"
            + made.line(),
        Map.of("name", name, "token", made.text(), "line", made.line()));
    return Exit.DONE;
  }
}
