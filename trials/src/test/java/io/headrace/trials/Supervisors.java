package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code headrace work} as a process of its own. {@link #close} ends it by its pid. */
final class Supervisors implements AutoCloseable {
  private static final long END_SECONDS_MAX = 60;

  private final Process process;
  private final Path log;

  private Supervisors(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one for the tube {@code work}.
   *
   * @param words options, and {@code --} and the script or {@code --http}
   */
  static Supervisors start(Path folder, String server, String... words) throws IOException {
    return start(folder, List.of(), command(server, "work", words));
  }

  /** Starts one that a file tells what to do. */
  static Supervisors ofFile(Path folder, String server, Path file) throws IOException {
    return start(folder, List.of(), command(server, "--workers", file.toString()));
  }

  /** Starts one for the tube {@code work} on the machine that a network is. */
  static Supervisors within(Network network, Path folder, String server, String... words)
      throws IOException {
    return start(folder, network.command(), command(server, "work", words));
  }

  private static List<String> command(String server, String first, String... words) {
    var all = new ArrayList<>(List.of(Tools.headrace(), "work", "--server", server, first));
    all.addAll(List.of(words));
    return all;
  }

  private static Supervisors start(Path folder, List<String> wrapper, List<String> words)
      throws IOException {
    var log = Files.createTempFile(folder, "supervisor-", ".log");
    var all = new ArrayList<>(wrapper);
    all.addAll(List.of("env", "FOLDER=" + folder));
    all.addAll(words);
    return new Supervisors(Run.start(all, folder, log), log);
  }

  /** Writes a script that can be run. */
  static Path script(Path folder, String text) throws IOException {
    var file = Files.createTempFile(folder, "script-", ".sh");
    Files.writeString(file, "#!/bin/sh\n" + text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Processes that were started by scripts whose environment names this folder. */
  static List<Long> processes(Path folder) throws IOException {
    var found = new ArrayList<Long>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      for (var handle : all.toList()) {
        var environment = environment(handle.pid());
        if (environment.contains("FOLDER=" + folder + '\0')
            && environment.contains("HEADRACE_RUN=")) {
          found.add(handle.pid());
        }
      }
    }
    return found;
  }

  private static String environment(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "environ"), ISO_8859_1);
    } catch (IOException e) {
      // It has ended.
      return "";
    }
  }

  long pid() {
    return process.pid();
  }

  /** A line of {@code /proc/PID/status}, in KiB. */
  long memoryKib(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .filter(line -> line.startsWith(key + ':'))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void signal(String name) {
    Run.command("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Sockets, and what is waited for them with, that it has open. */
  long connections() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return descriptors.filter(Supervisors::isOfConnection).count();
    }
  }

  private static boolean isOfConnection(Path descriptor) {
    try {
      var target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("socket:") || target.contains("event");
    } catch (IOException e) {
      // It was closed meanwhile.
      return false;
    }
  }

  /** Kills it without a chance to do anything. */
  void kill9() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits for its end and returns its exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("The supervisor still runs.\n" + output());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while a supervisor ends", e);
    }
    return process.exitValue();
  }

  /** What it printed. */
  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when it has said all of this: the queue may know before it says so. */
  void awaitSaid(String... texts) throws Exception {
    try {
      Await.until("it says so", () -> Stream.of(texts).allMatch(output()::contains));
    } catch (AssertionError late) {
      assertThat(output()).as(late.getMessage()).contains(texts);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill9();
    }
  }
}
