package io.headrace.server;

import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import io.headrace.server.events.EventSink;
import io.headrace.server.events.ThresholdWatch;
import java.io.File;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Looks at disk and descriptors now and then, and tells when they run short. */
final class ResourceWatch implements AutoCloseable {
  /** How often it looks. */
  static final Duration TICK = Duration.ofSeconds(10);

  /**
   * How much there is of something, and how much of it is used.
   *
   * @param of the most there can be; 0 when it is not known
   */
  record Usage(long used, long of) {
    double fraction() {
      return of <= 0 ? 0 : (double) used / of;
    }

    long percent() {
      return (long) (fraction() * 100);
    }
  }

  /** What it looks at. */
  interface Resources {
    Usage disk();

    Usage descriptors();

    /** What the disk is called. */
    String diskName();
  }

  private final Resources resources;
  private final EventSink events;
  private final LongSupplier wallNs;
  private final Duration tick;
  private final ThresholdWatch disk = new ThresholdWatch();
  private final ThresholdWatch descriptors = new ThresholdWatch();
  private final Thread thread;

  private ResourceWatch(Resources resources, EventSink events, LongSupplier wallNs, Duration tick) {
    this.resources = resources;
    this.events = events;
    this.wallNs = wallNs;
    this.tick = tick;
    thread = Thread.ofVirtual().name("headrace-resources").unstarted(this::run);
  }

  /**
   * Begins to look, at once and then each {@code tick}.
   *
   * @param wallNs the wall clock, nanoseconds since 1970
   */
  static ResourceWatch start(
      Resources resources, EventSink events, LongSupplier wallNs, Duration tick) {
    var watch = new ResourceWatch(resources, events, wallNs, tick);
    watch.thread.start();
    return watch;
  }

  /** This machine's, with the disk of the data directory where there is one. */
  static Resources system(Optional<JournalPlace> place) {
    return new Machine(place.map(journal -> journal.directory().toFile()), DescriptorLimit.read());
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(tick);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void look() {
    Usage disk = resources.disk();
    if (this.disk.rose(disk.fraction())) {
      tell(
          EventKind.DISK_FULL,
          disk,
          String.format(
              Locale.ROOT,
              "the disk of %s is at %d %%: %,d MiB are left. Make room, or let the backlog be"
                  + " worked off; when it is full, puts are refused",
              resources.diskName(),
              disk.percent(),
              (disk.of() - disk.used()) >> 20));
    }
    Usage open = resources.descriptors();
    if (descriptors.rose(open.fraction())) {
      tell(
          EventKind.DESCRIPTORS,
          open,
          String.format(
              Locale.ROOT,
              "%,d of %,d descriptors are open, %d %%. Raise the limit with 'ulimit -n' or"
                  + " LimitNOFILE=, or find who connects so often",
              open.used(),
              open.of(),
              open.percent()));
    }
  }

  private void tell(EventKind kind, Usage usage, String message) {
    events.tell(
        Event.of(kind, wallNs.getAsLong(), message)
            .with("percent", usage.percent())
            .with("used", usage.used())
            .with("of", usage.of()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private record Machine(Optional<File> directory, int descriptorsMax) implements Resources {
    private static final File OPEN = new File("/proc/self/fd");

    @Override
    public Usage disk() {
      // What only root may use is as good as used.
      return directory
          .map(at -> new Usage(at.getTotalSpace() - at.getUsableSpace(), at.getTotalSpace()))
          .orElse(new Usage(0, 0));
    }

    @Override
    public Usage descriptors() {
      // From Linux 6.2 on the folder's size is how many it has: to list 10,000 takes 9 ms.
      long counted = OPEN.length();
      if (counted > 0) {
        return new Usage(counted, descriptorsMax);
      }
      String[] open = OPEN.list();
      return open == null ? new Usage(0, 0) : new Usage(open.length, descriptorsMax);
    }

    @Override
    public String diskName() {
      return directory.map(File::getPath).orElse("");
    }
  }
}
