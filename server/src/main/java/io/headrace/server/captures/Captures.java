package io.headrace.server.captures;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What was kept of connections on which something went wrong: in memory, and as files where there
 * is a data directory. Bounded by number, size and age; where room is needed, the oldest of the
 * cause that has most goes first, so that a flood of one leaves the others alone.
 *
 * <p>Used on the loop's thread; what it does there is copy some kilobytes. Files are written on a
 * thread of their own.
 */
public final class Captures {
  /** A capture beside its bytes as they are written. */
  @SuppressWarnings("ArrayRecordComponent") // Compared nowhere; a copy of each would be waste.
  public record Kept(Capture capture, byte[] written) {}

  private final RecorderOptions options;
  private final FlightRecorder recorder;
  private final CaptureFiles files;
  private final LongSupplier nanoTime;
  private final long wallMinusNanos;
  private final CaptureRate faults = new CaptureRate();
  private final CaptureRate deaths = new CaptureRate();
  private final TreeMap<Long, Kept> kept = new TreeMap<>();
  private final Map<CaptureCause, Integer> counts = new EnumMap<>(CaptureCause.class);
  private long bytes;
  private long lastId;
  private long skipped;

  /**
   * A store with what earlier ones have left.
   *
   * @param nanoTime monotonic time, the same that recordings have
   * @param wallNs the wall clock, nanoseconds since 1970
   */
  public Captures(
      RecorderOptions options,
      FlightRecorder recorder,
      CaptureFiles files,
      LongSupplier nanoTime,
      long wallNs) {
    this.options = options;
    this.recorder = recorder;
    this.files = files;
    this.nanoTime = nanoTime;
    wallMinusNanos = wallNs - nanoTime.getAsLong();
    lastId = files.lastId();
    files.left().forEach(this::add);
    makeRoom();
  }

  /** Those of a server that remembers nothing. */
  public static Captures none() {
    return inMemory(RecorderOptions.none(), System::nanoTime, 0);
  }

  /** A store that keeps them until the process ends. */
  public static Captures inMemory(RecorderOptions options, LongSupplier nanoTime, long wallNs) {
    return new Captures(
        options, new FlightRecorder(options), CaptureFiles.nowhere(), nanoTime, wallNs);
  }

  /** Whether anything is remembered that could be kept. */
  public boolean on() {
    return options.on();
  }

  /** Who remembers. */
  public FlightRecorder recorder() {
    return recorder;
  }

  /** Now, in nanoseconds since 1970. */
  public long nowNs() {
    return nanoTime.getAsLong() + wallMinusNanos;
  }

  /** How many were not taken, since there were so many. */
  public long skipped() {
    return skipped;
  }

  /** How many are in memory only, or no longer there but as a file. */
  public long unwritten() {
    return files.unwritten();
  }

  /** What is told of captures, and of what is remembered. */
  public CaptureNumbers numbers() {
    makeRoom();
    return new CaptureNumbers(
        recorder.usedBytes(), recorder.shortRings(), kept.size(), bytes, skipped, unwritten());
  }

  /** Counts one that was not taken. */
  public void skip() {
    skipped++;
  }

  /** Whether this host may have a capture of this cause now; if not, that is counted. */
  public boolean admits(CaptureCause cause, String host) {
    boolean admitted =
        switch (cause) {
          case BY_HAND -> true;
          case HOLDER_DIED -> deaths.take(host, nowNs());
          default -> faults.take(host, nowNs());
        };
    if (!admitted) {
      skipped++;
    }
    return admitted;
  }

  /** Until when a host whose fault was not admitted has none admitted. */
  public long refusedUntilNs() {
    return faults.windowEndNs();
  }

  /** Keeps what is remembered of a connection; returns the id of that. */
  public long take(Recording recording, Speaker speaker, Finding finding) {
    lastId++;
    var capture =
        new Capture(
            lastId,
            nowNs(),
            speaker,
            finding,
            recording.receivedBytes(),
            recording.sentBytes(),
            recording.chunks(wallMinusNanos));
    var one = new Kept(capture, CaptureFormat.write(capture));
    add(one);
    files.write(one);
    makeRoom();
    return lastId;
  }

  private void add(Kept one) {
    kept.put(one.capture().id(), one);
    bytes += one.written().length;
    counts.merge(one.capture().finding().cause(), 1, Integer::sum);
  }

  /** Removes what is too old, and the oldest while there is too much. */
  private void makeRoom() {
    long oldestNs = nowNs() - options.keep().toNanos();
    while (!kept.isEmpty() && kept.firstEntry().getValue().capture().timeNs() < oldestNs) {
      remove(kept.firstKey());
    }
    while (kept.size() > options.capturesMax() || bytes > options.capturesBytes()) {
      remove(oldestOf(mostFrequent()));
    }
  }

  private CaptureCause mostFrequent() {
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private long oldestOf(CaptureCause cause) {
    return kept.values().stream()
        .map(Kept::capture)
        .filter(capture -> capture.finding().cause() == cause)
        .mapToLong(Capture::id)
        .min()
        .orElseThrow();
  }

  private void remove(long id) {
    Kept gone = kept.remove(id);
    if (gone != null) {
      bytes -= gone.written().length;
      counts.merge(gone.capture().finding().cause(), -1, Integer::sum);
      files.delete(id);
    }
  }

  /** What is kept, the oldest first. */
  public Collection<Kept> all() {
    makeRoom();
    return List.copyOf(kept.values());
  }

  /** The capture of this id. */
  public Optional<Kept> find(long id) {
    makeRoom();
    return Optional.ofNullable(kept.get(id));
  }

  /** Forgets a capture; false when there is none such. */
  public boolean delete(long id) {
    boolean there = kept.containsKey(id);
    remove(id);
    return there;
  }
}
