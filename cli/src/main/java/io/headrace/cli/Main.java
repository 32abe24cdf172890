package io.headrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code headrace} command, and where its process starts and ends. */
@Command(
    name = "headrace",
    description = "A durable job server, drop-in on the wire for beanstalkd.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {

  private Main() {}

  /**
   * Runs one verb and exits with its code.
   *
   * @param args the command line, verb first
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"headrace " + (version == null ? "(not packaged)" : version)};
    }
  }
}
