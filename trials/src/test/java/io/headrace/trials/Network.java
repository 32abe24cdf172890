package io.headrace.trials;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace that reaches this machine over a pair of veth, and nothing else: a machine of
 * its own, whose network can be broken. Needs root. {@link #close} removes it.
 */
final class Network implements AutoCloseable {
  private static final int SUBNETS = 200 * 250;

  private final String name;
  private final String outside;
  private final String inside;
  private final String here;
  private final List<Process> processes = new ArrayList<>();

  private Network(int number) {
    name = "hr-trial-" + number;
    outside = "hro" + number;
    inside = "hri" + number;
    here = "10.%d.%d.1".formatted(50 + number / 250, number % 250);
  }

  /** Makes one under a name and with addresses that nobody else is likely to have. */
  static Network open() {
    Tools.require("ip", "apt install iproute2");
    Tools.requireRoot("for network namespaces");
    var network = new Network(ThreadLocalRandom.current().nextInt(SUBNETS));
    boolean done = false;
    try {
      network.make();
      done = true;
      return network;
    } finally {
      if (!done) {
        network.close();
      }
    }
  }

  private void make() {
    run("ip", "netns", "add", name);
    run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
    run("ip", "address", "add", here + "/30", "dev", outside);
    run("ip", "link", "set", outside, "up");
    within("ip", "address", "add", there() + "/30", "dev", inside);
    within("ip", "link", "set", inside, "up");
  }

  /** The address of this machine, as seen from there. */
  String here() {
    return here;
  }

  /** The address of that machine, as seen from here. */
  String there() {
    return here.substring(0, here.lastIndexOf('.')) + ".2";
  }

  /** Pulls the plug. */
  void unplug() {
    within("ip", "link", "set", inside, "down");
  }

  /** Starts a program there, which ends with {@link #close}. */
  void start(Path log, String... words) throws IOException {
    processes.add(
        new ProcessBuilder(inNetwork(words))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  /** Drops every packet, in both directions, and says nothing. */
  void dropAll() {
    within("iptables", "-A", "INPUT", "-j", "DROP");
    within("iptables", "-A", "OUTPUT", "-j", "DROP");
  }

  /** Lets every packet pass again. */
  void passAll() {
    within("iptables", "-F");
  }

  /** The words before a command that is to run there. */
  List<String> command() {
    return List.of("ip", "netns", "exec", name);
  }

  /**
   * Connects from there to a port here, sends lines, and stays connected until {@link #close}.
   *
   * @return what it reads, a line at a time
   */
  BufferedReader connect(int port, String lines) throws IOException {
    var script = "exec 3<>/dev/tcp/$0/$1; printf \"$2\" >&3; cat <&3";
    var process =
        new ProcessBuilder(inNetwork("bash", "-c", script, here, Integer.toString(port), lines))
            .redirectErrorStream(true)
            .start();
    processes.add(process);
    return process.inputReader();
  }

  private List<String> inNetwork(String... words) {
    var all = new ArrayList<>(command());
    all.addAll(List.of(words));
    return all;
  }

  private void within(String... words) {
    run(inNetwork(words).toArray(String[]::new));
  }

  private static void run(String... words) {
    var outcome = Run.command(words);
    if (outcome.exit() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + outcome.all());
    }
  }

  @Override
  public void close() {
    for (var process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    // Whatever was not made is not removed either.
    Run.command("ip", "link", "delete", outside);
    Run.command("ip", "netns", "delete", name);
  }
}
