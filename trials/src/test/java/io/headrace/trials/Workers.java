package io.headrace.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Workers that are processes of their own (script: {@code interop/workers}), each started again
 * some time after it ended, as a supervisor does. {@link #close} ends all of them by their pids.
 */
final class Workers implements AutoCloseable {

  /** What supervisord and others wait at least before they start a program again. */
  static final Duration RESTART = Duration.ofMillis(200);

  private static final Duration END_MAX = Duration.ofSeconds(30);

  private final Path folder;
  private final List<String> words;
  private final Path workLog;
  private final Path output;
  private final Duration restart;
  private final List<Place> places;

  /** Where a worker runs, one after the other. All of it guarded by itself. */
  private static final class Place {
    private Optional<Process> worker = Optional.empty();
    private boolean open;
    private Thread supervisor = Thread.currentThread();
  }

  private Workers(Path folder, List<String> words, Path workLog, int count, Duration restart)
      throws IOException {
    this.folder = folder;
    this.words = words;
    this.workLog = workLog;
    this.restart = restart;
    this.output = Files.createTempFile(folder, "workers-", ".log");
    this.places = IntStream.range(0, count).mapToObj(_ -> new Place()).toList();
  }

  /**
   * Starts workers of a tube.
   *
   * @param restart how long one is missed after its end
   * @param options of the script, as {@code prefetch=10}
   */
  static Workers start(
      Path folder, int port, String tube, int count, Duration restart, String... options)
      throws IOException {
    var perl = Tools.require("perl", "apt install perl");
    var script = Tools.root().resolve("trials/interop/workers/worker.pl");
    var workLog = Files.createTempFile(folder, "work-", ".log");
    var words =
        Stream.concat(
                Stream.of(
                    perl, script.toString(), Integer.toString(port), tube, workLog.toString()),
                Stream.of(options))
            .toList();
    var workers = new Workers(folder, words, workLog, count, restart);
    workers.open();
    return workers;
  }

  /** Starts all of them, after a {@link #killAll}. */
  void open() {
    for (var place : places) {
      synchronized (place) {
        place.open = true;
        place.supervisor = Thread.ofVirtual().start(() -> supervise(place));
      }
    }
  }

  private void supervise(Place place) {
    try {
      while (true) {
        Process worker;
        synchronized (place) {
          if (!place.open) {
            return;
          }
          worker = Run.start(words, folder, output);
          place.worker = Optional.of(worker);
        }
        worker.waitFor();
        TimeUnit.NANOSECONDS.sleep(restart.toNanos());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int count() {
    return places.size();
  }

  /** Kills one, from 0, by SIGKILL. Another takes its place. */
  void kill(int number) {
    var place = places.get(number);
    synchronized (place) {
      place.worker.ifPresent(Process::destroyForcibly);
    }
  }

  /** Kills all of them at once by SIGKILL, as a host that goes down, and starts none again. */
  void killAll() {
    var pids = new ArrayList<String>();
    for (var place : places) {
      synchronized (place) {
        place.open = false;
        place.worker.filter(Process::isAlive).ifPresent(it -> pids.add(Long.toString(it.pid())));
      }
    }
    if (!pids.isEmpty()) {
      // One that ended by itself meanwhile makes kill fail, for it alone.
      Run.command(Stream.concat(Stream.of("kill", "-KILL"), pids.stream()).toList());
    }
    places.forEach(Workers::awaitEnd);
  }

  private static void awaitEnd(Place place) {
    Thread supervisor;
    synchronized (place) {
      supervisor = place.supervisor;
    }
    try {
      if (!supervisor.join(END_MAX)) {
        throw new AssertionError("A worker still runs " + END_MAX + " after it was killed");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while workers end", e);
    }
  }

  /** What they did so far. */
  WorkLog log() throws IOException {
    return WorkLog.read(workLog);
  }

  /** What they said on their way out, for the message of a failure. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    killAll();
  }
}
