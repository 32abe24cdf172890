package io.headrace.cli.bench;

import io.headrace.client.HeadraceClient;
import io.headrace.client.ServerAddress;
import io.headrace.client.ServerUnreachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server that is started for a bench, with beanstalkd's command line, on a free port of loopback
 * and with a data directory of its own. Both end with it.
 */
public final class ServerUnderTest implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final long STOP_SECONDS_MAX = 20;
  private static final long RETRY_MS = 20;

  private final String name;
  private final Process process;
  private final ServerAddress address;
  private final Optional<Path> data;

  private ServerUnderTest(
      String name, Process process, ServerAddress address, Optional<Path> data) {
    this.name = name;
    this.process = process;
    this.address = address;
    this.data = data;
  }

  /**
   * Starts a program and waits until it answers.
   *
   * @param syncMs as beanstalkd's {@code -f}; nothing means that no data is kept
   * @param under where the data directory is made
   */
  public static ServerUnderTest start(
      String name, List<String> command, Optional<Integer> syncMs, Path under) {
    try {
      int port = freePort();
      var words = new ArrayList<>(command);
      words.addAll(List.of("-l", "127.0.0.1", "-p", Integer.toString(port), "-z", "16777216"));
      Optional<Path> data = Optional.empty();
      if (syncMs.isPresent()) {
        data = Optional.of(Files.createTempDirectory(under, "headrace-bench-"));
        words.addAll(List.of("-b", data.get().toString(), "-f", syncMs.get().toString()));
      }
      var builder = new ProcessBuilder(words);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("HEADRACE_NO_BUILD", "1");
      var server =
          new ServerUnderTest(
              name, builder.start(), new ServerAddress.Tcp("127.0.0.1", port), data);
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new BenchException(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  private static int freePort() throws IOException {
    // Bound only: a process that is started meanwhile would keep a listener alive.
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (!answers()) {
      boolean ended;
      try {
        ended = process.waitFor(RETRY_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted while " + name + " started", e);
      }
      if (ended || System.nanoTime() > deadline) {
        close();
        throw new BenchException(
            name + (ended ? " ended with " + process.exitValue() : " does not answer"));
      }
    }
  }

  private boolean answers() {
    try (var client = HeadraceClient.connect(address, Duration.ofSeconds(1))) {
      return !client.listTubes().isEmpty();
    } catch (ServerUnreachable e) {
      return false;
    }
  }

  public String name() {
    return name;
  }

  public ServerAddress address() {
    return address;
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    data.ifPresent(ServerUnderTest::remove);
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new BenchException(folder + " cannot be removed: " + e.getMessage(), e);
    }
  }
}
