package io.headrace.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A server as a process of its own, on a free port of the loopback address. What it prints goes
 * into files beside it and into the message of a failure. {@link #close} ends it by its pid,
 * however it is doing.
 */
final class RunningServer implements AutoCloseable {

  private static final int PORTS_FROM = 20_000;
  private static final int PORTS = 12_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofSeconds(30);
  private static final int SHOWN_CHARS_MAX = 6_000;

  private final Process process;
  private final int port;
  private final Path log;

  private RunningServer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** How a server is started. */
  static final class Launch {
    private final Path folder;
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> command;
    private final List<String> options = new ArrayList<>();

    private Launch(List<String> command, Path folder, String... listening) {
      this.command = command;
      this.folder = folder;
      options.addAll(List.of(listening));
    }

    /**
     * Keeps jobs in {@code data}; forces at most {@code fsyncMs} after a change, 0: before its
     * reply.
     */
    Launch data(Path data, int fsyncMs) throws IOException {
      Files.createDirectories(data);
      return options("-b", data.toString(), "-f", Integer.toString(fsyncMs));
    }

    Launch options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    /**
     * Runs it by another program, which must become it: the pid stays that of the server. {@code
     * {port}} stands for the port.
     */
    Launch by(String... words) {
      wrapper.addAll(List.of(words));
      return this;
    }

    /** Starts it and returns when it takes connections. */
    RunningServer start() throws IOException {
      int port = freePort();
      var words = words(port);
      var log = Files.createTempFile(folder, "server-", ".log");
      var server = new RunningServer(Run.start(words, folder, log), port, log);
      server.awaitReady(words);
      return server;
    }

    /** Starts it and returns at once; the caller ends it. */
    Process startUnready() throws IOException {
      var log = Files.createTempFile(folder, "server-", ".log");
      return Run.start(words(freePort()), folder, log);
    }

    /** Starts it and waits for its end, which is expected to come by itself. */
    Run.Outcome runToItsEnd() throws IOException {
      return Run.command(words(freePort()));
    }

    private List<String> words(int port) {
      return Stream.of(wrapper, command, options)
          .flatMap(List::stream)
          .map(word -> word.replace("{port}", Integer.toString(port)))
          .toList();
    }
  }

  /** A launch of {@code peer}; its output goes into {@code folder}. */
  static Launch of(Peer peer, Path folder) {
    return of(peer.command(), folder);
  }

  /** A launch of another command that takes beanstalkd's options. */
  static Launch of(List<String> command, Path folder) {
    return new Launch(command, folder, "-l", "127.0.0.1", "-p", "{port}");
  }

  /** A launch of {@code headrace serve}, with options of its own. */
  static Launch serve(Path folder, Path data, String durability) {
    return new Launch(
        List.of(Tools.headrace(), "serve"),
        folder,
        "--listen",
        "127.0.0.1:{port}",
        "--data",
        data.toString(),
        "--durability",
        durability);
  }

  /**
   * A port that was free a moment ago, from below those that the kernel gives to connections: one
   * of those may be taken by a connection of a neighbour before the server binds it. Each is given
   * once, since trials start servers side by side. The probe binds and does not listen: a process
   * that is started meanwhile inherits its socket for a moment, and nobody can bind a port beside
   * one that listens.
   */
  static int freePort() throws IOException {
    for (int tries = 1; ; tries++) {
      int port = PORTS_FROM + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try (var probe = new Socket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (BindException e) {
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  private void awaitReady(List<String> words) {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "%s ended with %d at start.%n%s".formatted(words, process.exitValue(), output()));
      }
      try (var talk = Talk.to(port)) {
        if (talk.ask("list-tube-used").line().equals("USING default") && process.isAlive()) {
          return;
        }
      } catch (IOException e) {
        Await.pause();
      }
    }
    var shown = output();
    close();
    throw new AssertionError("%s took no connection in %s.%n%s".formatted(words, START_MAX, shown));
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Talk connect() throws IOException {
    return Talk.to(port);
  }

  /** Sends a signal by its name without SIG. */
  void signal(String name) {
    var outcome = Run.command("kill", "-" + name, Long.toString(pid()));
    if (outcome.exit() != 0) {
      throw new AssertionError("No SIG" + name + " to " + pid() + ": " + outcome);
    }
  }

  /** Kills it without a chance to do anything, and returns when it is gone. */
  void kill9() {
    signal("KILL");
    awaitExit();
  }

  /** Waits for its end and returns its exit code, 128 + n after signal n. */
  int awaitExit() {
    try {
      if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("The server still runs after " + END_MAX + ".\n" + output());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while a server ends", e);
    }
    return process.exitValue();
  }

  /** What it printed on both streams so far: the end of it, when it is long. */
  String output() {
    try {
      var all = Files.readString(log);
      return all.length() <= SHOWN_CHARS_MAX ? all : all.substring(all.length() - SHOWN_CHARS_MAX);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last line it printed. */
  String lastLine() {
    return output().strip().lines().reduce("", (_, line) -> line);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroyForcibly();
      awaitExit();
    }
  }
}
