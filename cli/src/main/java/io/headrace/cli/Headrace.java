package io.headrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The word {@code headrace} itself. */
@Command(name = "headrace", versionProvider = Version.class)
final class Headrace implements Runnable {
  /** The few words first. */
  static final String OVERVIEW =
      """
      headrace: a durable job server, drop-in on the wire for beanstalkd.

        headrace serve                      run a server
        headrace put 'hello'                put a job into it
        headrace reserve --delete           take the next job, and be done with it
        headrace reserve -- COMMAND         run a command with it; exit 0 deletes the job
        headrace work TUBE -- COMMAND       run a command for each job, some at once, for ever

      To look and to mend:
        job         peek, show, list, delete, release, bury, kick
        tube        list, show, set, stats, pause, clear
        dead        list, show, retry, drop, undo: jobs that policies have ended
        worker      list: what the supervisors on this machine do
        connection  list, close, capture
        capture     list, show, export, replay, delete: the last bytes of a connection
        server      stats, drain
        journal     verify, dump, repair
        config      show
        token       make

      And:
        beanstalkd  run a server with beanstalkd's command line
        bench       measure a server, beside beanstalkd if you like
        check       ask a web server, and say how it answers
        completion  bash, zsh

      'headrace VERB --help' shows the options of each, with an example.
      Exit codes: 0 done, 1 no, 2 wrong usage, 3 server unreachable.
      """;

  @SuppressWarnings("UnusedVariable") // The library sets it and acts on it by itself.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // Likewise.
  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Override
  public void run() {
    System.out.print(OVERVIEW);
  }
}
