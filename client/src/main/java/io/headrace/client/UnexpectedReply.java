package io.headrace.client;

/**
 * The server answered with what the protocol does not allow there: it is out of step, speaks
 * something else, or does not know the command.
 */
public final class UnexpectedReply extends ClientException {
  private static final long serialVersionUID = 1;

  private static final String UNKNOWN_COMMAND = "UNKNOWN_COMMAND";

  private final String reply;

  UnexpectedReply(String command, String reply) {
    super("the server answered '" + printable(reply) + "' to '" + command + "'" + advice(reply));
    this.reply = printable(reply);
  }

  /** What a server would answer that does not know the command, and was not asked. */
  static UnexpectedReply unknownCommand(Request<?> request) {
    return new UnexpectedReply(request.verb(), UNKNOWN_COMMAND);
  }

  private static String advice(String reply) {
    return switch (reply) {
      case "UNAUTHORIZED" -> ": it asks for a token that stands in its file of tokens";
      case "FORBIDDEN" ->
          ": the token lacks a right for it, which its line in the server's file of tokens gives";
      default -> "";
    };
  }

  static String printable(String reply) {
    return reply.replaceAll("[^\\x20-\\x7e]", ".");
  }

  /** The line that came, without its end; what is not printable ASCII stands as a dot. */
  public String reply() {
    return reply;
  }

  /** Whether the server said that it does not know the command, so that the connection is fine. */
  public boolean unknownCommand() {
    return reply.equals(UNKNOWN_COMMAND);
  }

  /** Whether the client's token lacks the right, so that the connection is fine, too. */
  public boolean forbidden() {
    return reply.equals("FORBIDDEN");
  }

  /** Whether the server said, in words of the protocol, that it did nothing of the kind. */
  boolean refused() {
    return unknownCommand() || reply.equals("OUT_OF_MEMORY") || reply.equals("BAD_FORMAT");
  }
}
