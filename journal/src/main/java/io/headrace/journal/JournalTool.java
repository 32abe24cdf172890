package io.headrace.journal;

import io.headrace.queue.Command;
import io.headrace.queue.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at a journal's files while no server uses them: what is intact, what the entries are, and,
 * with consent, cuts what follows the first damage. Changes nothing but in {@link #repair}.
 */
public final class JournalTool {
  private final Disk disk;

  /** Looks at the files of a directory; it stays the caller's to close. */
  public JournalTool(Disk disk) {
    this.disk = disk;
  }

  /** What a file is. */
  public enum Kind {
    LOG,
    /** Prepared for the log and not used yet. */
    UNUSED,
    BODIES,
    SNAPSHOT
  }

  /** Bytes that are not what they should be. */
  public record Damage(long offset, String reason) {}

  /**
   * What one file holds.
   *
   * @param items entries of a log segment, bodies of a segment of bodies, records of a snapshot
   * @param firstIndex of a log segment; 0 in others. An empty one ends before it begins
   * @param lastIndex of a log segment, or the index of a snapshot
   * @param forced the highest index that the file says is forced
   * @param damage the first damage; what the other fields say ends there
   */
  public record FileReport(
      String name,
      Kind kind,
      long bytes,
      long items,
      long firstIndex,
      long lastIndex,
      long forced,
      Optional<Damage> damage) {}

  /** What a server would do that starts with these files. */
  public sealed interface Verdict {
    /** Start. */
    record Intact(long lastIndex) implements Verdict {}

    /** Cut a tail that was never forced, say so, and start. */
    record TornTail(String file, long offset, long lastIndex, String reason) implements Verdict {}

    /** Refuse: entries that were forced are damaged or missing. */
    record Corrupt(String file, long offset, long firstLost, long forced, String reason)
        implements Verdict {}
  }

  /** All files, and what they mean together. */
  public record Report(List<FileReport> files, Verdict verdict) {}

  /**
   * One entry of the log.
   *
   * @param offset where its batch begins in the file
   * @param command its body, if it has one, has the reference 0
   * @param body the bytes of a put's body, when they were asked for; else empty
   */
  public record Entry(
      long index, long stampNs, String file, long offset, Command command, ByteBuffer body) {}

  /** What a repair has done. */
  public sealed interface Repair {
    /** There was nothing to cut. */
    record Nothing() implements Repair {}

    /**
     * All from this place on, and damaged snapshots of later entries, were moved to these side
     * files; entries up to an index are kept.
     */
    record Cut(String file, long offset, long lastIndex, List<String> sideFiles)
        implements Repair {}

    /** The damage is in entries that the newest snapshot holds: cutting would lose later ones. */
    record Refused(String file, long offset, String why) implements Repair {}
  }

  /** Reads every byte of every file. */
  public Report verify() {
    return guarded(() -> {
      JournalFiles files = JournalFiles.list(disk);
      List<FileReport> reports = new ArrayList<>();
      for (long index : files.snapshots()) {
        reports.add(snapshot(index));
      }
      for (int number : files.log()) {
        reports.add(log(number));
      }
      for (int number : files.bodies()) {
        reports.add(bodies(number));
      }
      return new Report(reports, verdict(files));
    });
  }

  /**
   * Gives out the entries with these indexes, as far as they are there and intact.
   *
   * @param from the first index wanted; {@code to} the last
   * @param withBodies whether the bytes of bodies are read too
   * @return the damage that ended it, if any
   */
  public Optional<Damage> dump(long from, long to, boolean withBodies, Consumer<Entry> entries) {
    return guarded(() -> {
      for (int number : JournalFiles.list(disk).log()) {
        try (SegmentReader reader = openLog(number)) {
          if (reader.isUnused()) {
            continue;
          }
          Optional<Damage> damage = new Dump(number, reader, from, to, withBodies, entries).run();
          if (damage.isPresent()) {
            return damage;
          }
        }
      }
      return Optional.empty();
    });
  }

  /**
   * Cuts the log at its first damage. What is cut is kept in files named after the segments with
   * {@code .cut} added, or {@code .damaged} for a snapshot. Call it only when a person has agreed
   * to lose what follows.
   */
  public Repair repair() {
    return guarded(() -> {
      JournalFiles files = JournalFiles.list(disk);
      long covered = newestGoodSnapshot(files);
      return switch (scan(files, covered)) {
        case LogScan.End.Clean _ -> new Repair.Nothing();
        case LogScan.End.Torn torn -> cut(files, torn);
        case LogScan.End.Corrupt corrupt ->
            corrupt.index() <= covered
                ? new Repair.Refused(
                    FileNames.log(corrupt.segment()),
                    corrupt.offset(),
                    corrupt.reason()
                        + ", before entry "
                        + covered
                        + " where the newest"
                        + " snapshot ends; restore the file from a copy")
                : cut(
                    files,
                    new LogScan.End.Torn(
                        corrupt.segment(),
                        corrupt.offset(),
                        corrupt.cutFrom(),
                        corrupt.index(),
                        corrupt.reason()));
      };
    });
  }

  /**
   * Snapshots of more than what is kept are damaged, or the newest good one would have refused the
   * cut; while they keep their names they say that more was forced.
   */
  private Repair cut(JournalFiles files, LogScan.End.Torn torn) throws IOException {
    List<String> sides = new ArrayList<>();
    for (int number : files.log()) {
      long from = number == torn.segment() ? torn.cutFrom() : 0;
      if (number >= torn.segment() && keepAside(FileNames.log(number), from)) {
        sides.add(FileNames.log(number) + ".cut");
      }
    }
    disk.forceDirectory();
    TailCut.cut(disk, files, torn);
    for (long index : files.snapshots()) {
      if (index >= torn.index()) {
        String name = FileNames.snapshot(index);
        disk.rename(name, name + Recovery.DAMAGED);
        sides.add(name + Recovery.DAMAGED);
      }
    }
    disk.forceDirectory();
    return new Repair.Cut(
        FileNames.log(torn.segment()), torn.offset(), torn.index() - 1, List.copyOf(sides));
  }

  private boolean keepAside(String name, long from) throws IOException {
    try (FileWindow window = new FileWindow(name, disk.open(name), FileWindow.WINDOW_BYTES)) {
      if (window.firstNonZero(from, window.size()) == window.size()) {
        return false;
      }
      try (DiskFile side = disk.create(name + ".cut")) {
        for (long at = from; at < window.size(); ) {
          ByteBuffer piece = window.piece(at, window.size() - at);
          int bytes = piece.remaining();
          side.write(piece, at - from);
          at += bytes;
        }
        side.force();
      }
      return true;
    }
  }

  private Verdict verdict(JournalFiles files) throws IOException {
    return switch (scan(files, newestGoodSnapshot(files))) {
      case LogScan.End.Clean clean -> new Verdict.Intact(clean.lastIndex());
      case LogScan.End.Torn torn ->
          new Verdict.TornTail(
              FileNames.log(torn.segment()), torn.offset(), torn.index() - 1, torn.reason());
      case LogScan.End.Corrupt corrupt ->
          new Verdict.Corrupt(
              FileNames.log(corrupt.segment()),
              corrupt.offset(),
              corrupt.index(),
              corrupt.forced(),
              corrupt.reason());
    };
  }

  private LogScan.End scan(JournalFiles files, long covered) throws IOException {
    return new LogScan(disk, files, covered).run();
  }

  private long newestGoodSnapshot(JournalFiles files) throws IOException {
    for (long index : files.snapshots().reversed()) {
      if (snapshot(index).damage.isEmpty()) {
        return index;
      }
    }
    return 0;
  }

  private FileReport snapshot(long index) throws IOException {
    String name = FileNames.snapshot(index);
    try (SnapshotReader reader = new SnapshotReader(disk.open(name), index)) {
      long records = 0;
      Optional<Damage> damage = Optional.empty();
      try {
        records = reader.check();
        Recovery.requireVersion(disk, name, reader.fileHeader());
      } catch (MalformedException e) {
        damage = Optional.of(new Damage(0, e.reason()));
      }
      return new FileReport(name, Kind.SNAPSHOT, reader.size(), records, 0, index, index, damage);
    }
  }

  private SegmentReader openLog(int number) throws IOException {
    return new SegmentReader(disk.open(FileNames.log(number)), number);
  }

  private FileReport log(int number) throws IOException {
    String name = FileNames.log(number);
    try (SegmentReader reader = openLog(number)) {
      if (reader.isUnused()) {
        return new FileReport(name, Kind.UNUSED, reader.size(), 0, 0, -1, 0, Optional.empty());
      }
      SegmentHeader header;
      try {
        header = reader.fileHeader();
      } catch (MalformedException e) {
        return new FileReport(
            name, Kind.LOG, reader.size(), 0, 0, -1, 0, Optional.of(new Damage(0, e.reason())));
      }
      Recovery.requireVersion(disk, name, header);
      long next = header.index();
      long forced = header.forced();
      SegmentReader.Found found = reader.next(next);
      while (found == SegmentReader.Found.BATCH) {
        next += reader.header.entries;
        forced = Math.max(forced, reader.header.forced);
        found = reader.next(next);
      }
      Optional<Damage> damage =
          found == SegmentReader.Found.DAMAGE
              ? Optional.of(new Damage(reader.position(), reader.reason()))
              : Optional.empty();
      return new FileReport(
          name,
          Kind.LOG,
          reader.size(),
          next - header.index(),
          header.index(),
          next - 1,
          forced,
          damage);
    }
  }

  private FileReport bodies(int number) throws IOException {
    String name = FileNames.bodies(number);
    try (BodiesReader reader = new BodiesReader(disk.open(name), number)) {
      Optional<Damage> damage = Optional.empty();
      try {
        reader.check();
      } catch (MalformedException e) {
        damage = Optional.of(new Damage(reader.position(), e.reason()));
      }
      return new FileReport(name, Kind.BODIES, reader.size(), reader.bodies(), 0, 0, 0, damage);
    }
  }

  /** Gives out the entries of one segment. */
  private static final class Dump implements SegmentReader.Visitor {
    private final String name;
    private final SegmentReader reader;
    private final long from;
    private final long to;
    private final boolean withBodies;
    private final Consumer<Entry> entries;

    Dump(
        int number,
        SegmentReader reader,
        long from,
        long to,
        boolean withBodies,
        Consumer<Entry> entries) {
      this.name = FileNames.log(number);
      this.reader = reader;
      this.from = from;
      this.to = to;
      this.withBodies = withBodies;
      this.entries = entries;
    }

    Optional<Damage> run() throws IOException {
      try {
        reader.fileHeader();
      } catch (MalformedException e) {
        return Optional.of(new Damage(0, name + ": " + e.reason()));
      }
      SegmentReader.Found found = SegmentReader.Found.BATCH;
      while (found == SegmentReader.Found.BATCH) {
        found = reader.next(this);
      }
      return found == SegmentReader.Found.DAMAGE
          ? Optional.of(new Damage(reader.position(), name + ": " + reader.reason()))
          : Optional.empty();
    }

    @Override
    public void entry(long index, long stampNs, Command command, long location, FileWindow window)
        throws IOException {
      if (index >= from && index <= to) {
        ByteBuffer body = ByteBuffer.allocate(0);
        if (withBodies && command instanceof Command.WithBody bringing) {
          body = body(bringing.body().bytes(), Location.offset(location), window);
        }
        entries.accept(
            new Entry(index, stampNs, name, reader.position(), command, body.asReadOnlyBuffer()));
      }
    }

    private static ByteBuffer body(int bytes, long position, FileWindow window) throws IOException {
      ByteBuffer body = ByteBuffer.allocate(bytes);
      while (body.hasRemaining()) {
        body.put(window.piece(position + body.position(), body.remaining()));
      }
      return body.flip();
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T guarded(Reading<T> reading) {
    try {
      T result = reading.read();
      Invariant.check(result != null, "a reading has a result");
      return result;
    } catch (IOException e) {
      throw new JournalException(disk.describe() + ": " + e.getMessage(), e);
    }
  }
}
