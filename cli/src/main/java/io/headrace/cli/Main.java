package io.headrace.cli;

import io.headrace.cli.config.ConfigurationException;
import io.headrace.client.ServerUnreachable;
import io.headrace.client.UnexpectedReply;
import io.headrace.journal.JournalException;
import io.headrace.server.ListenException;
import io.headrace.worker.process.UnsupportedSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where the process starts and ends. */
public final class Main {
  private static final Map<String, Supplier<Object>> VERBS = verbs();

  private Main() {}

  private static Map<String, Supplier<Object>> verbs() {
    var verbs = new LinkedHashMap<String, Supplier<Object>>();
    verbs.put("serve", ServeVerb::new);
    verbs.put("put", PutVerb::new);
    verbs.put("reserve", ReserveVerb::new);
    verbs.put("work", WorkVerb::new);
    verbs.put("worker", WorkerVerbs::new);
    verbs.put("job", JobVerbs::new);
    verbs.put("tube", TubeVerbs::new);
    verbs.put("dead", DeadVerbs::new);
    verbs.put("connection", ConnectionVerbs::new);
    verbs.put("capture", CaptureVerbs::new);
    verbs.put("server", ServerVerbs::new);
    verbs.put("journal", JournalVerbs::new);
    verbs.put("bench", BenchVerb::new);
    verbs.put("check", CheckVerb::new);
    verbs.put("token", TokenVerbs::new);
    verbs.put("config", ConfigVerbs::new);
    verbs.put("completion", CompletionVerbs::new);
    return verbs;
  }

  /**
   * Runs one verb and exits with its code.
   *
   * @param args the command line, verb first
   */
  public static void main(String[] args) {
    int code = run(args);
    // A code reaches the shell only by an exit, and a server may have threads of libraries left.
    // Before an exit Java looks for a logger, which takes a tenth of the time of a whole put. When
    // nothing runs any more it ends by itself.
    if (code != Exit.DONE || isServer(args)) {
      System.exit(code);
    }
  }

  private static boolean isServer(String[] args) {
    return args.length > 0 && (args[0].equals("serve") || args[0].equals("beanstalkd"));
  }

  static int run(String... args) {
    if (args.length > 1 && args[0].equals("help")) {
      var verb = new ArrayList<>(List.of(args).subList(1, args.length));
      verb.add(args[1].equals("beanstalkd") ? "-h" : "--help");
      return run(verb.toArray(String[]::new));
    }
    if (args.length == 0
        || args[0].equals("--help")
        || args[0].equals("-h")
        || args[0].equals("help")) {
      System.out.print(Headrace.OVERVIEW);
      return Exit.DONE;
    }
    if (args[0].equals("beanstalkd")) {
      return BeanstalkdVerb.run(List.of(args).subList(1, args.length));
    }
    if (args[0].equals("rehearse") && args.length == 2) {
      return Rehearsal.run(args[1]);
    }
    return tree(args[0]).execute(args);
  }

  /** Only the verb that is asked for is set up: to set up all of them takes longer than a put. */
  private static CommandLine tree(String verb) {
    var chosen = VERBS.get(verb);
    if (chosen == null) {
      return wholeTree();
    }
    var tree = new CommandLine(new Headrace());
    tree.addSubcommand(verb, chosen.get());
    return configured(tree);
  }

  /** Everything there is, as completion needs it. */
  static CommandLine wholeTree() {
    var tree = new CommandLine(new Headrace());
    VERBS.forEach((name, verb) -> tree.addSubcommand(name, verb.get()));
    return configured(tree);
  }

  private static CommandLine configured(CommandLine tree) {
    tree.setCaseInsensitiveEnumValuesAllowed(true);
    tree.setUsageHelpAutoWidth(true);
    tree.setParameterExceptionHandler(Main::misused);
    tree.setExecutionExceptionHandler((e, _, _) -> failed(e));
    return tree;
  }

  private static int misused(ParameterException e, String[] args) {
    var command = e.getCommandLine();
    if (message(e).startsWith("Missing required subcommand")) {
      command.usage(System.err);
      return Exit.USAGE;
    }
    Output.note(oneLine(message(e)));
    var suggested = CommandLine.UnmatchedArgumentException.printSuggestions(e, System.err);
    if (!suggested) {
      System.err.println(
          "'" + command.getCommandSpec().qualifiedName() + " --help' shows what it takes");
    }
    return Exit.USAGE;
  }

  private static int failed(Exception e) throws Exception {
    return switch (e) {
      case Failure failure -> {
        Output.note(message(failure));
        yield failure.exitCode();
      }
      case ConfigurationException wrong -> {
        Output.note(message(wrong));
        yield Exit.USAGE;
      }
      case ServerUnreachable unreachable -> {
        Output.note(message(unreachable) + ". " + remedy(unreachable));
        yield Exit.UNREACHABLE;
      }
      case UnexpectedReply reply -> {
        Output.note(explained(reply));
        yield Exit.NO;
      }
      case ListenException taken -> {
        Output.note(message(taken));
        yield Exit.NO;
      }
      case UnsupportedSystemException lacking -> {
        Output.note(message(lacking));
        yield Exit.NO;
      }
      case JournalException broken -> {
        Output.note(message(broken));
        yield Exit.NO;
      }
      case IllegalArgumentException wrong -> {
        Output.note(message(wrong));
        yield Exit.USAGE;
      }
      default -> throw e;
    };
  }

  private static String remedy(ServerUnreachable unreachable) {
    return unreachable.byTls()
        ? "tls-ca names who signed the server's certificate, which must be for that host;"
            + " tls-client-cert and tls-client-key what is shown to it"
        : "'headrace serve' starts a server; --server or HEADRACE_SERVER names another";
  }

  private static String explained(UnexpectedReply reply) {
    return switch (reply.reply()) {
      case "UNKNOWN_COMMAND" -> "this server is not a Headrace, or an old one: " + message(reply);
      case "UNAUTHORIZED" ->
          message(reply)
              + ". Set HEADRACE_TOKEN, or 'token' to a file that holds one; 'headrace token make'"
              + " makes one";
      default -> message(reply);
    };
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  private static String oneLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
