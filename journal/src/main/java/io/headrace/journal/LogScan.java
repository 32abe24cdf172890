package io.headrace.journal;

import io.headrace.queue.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Goes over all log segments, checks every byte, and decides what damage means. Of what follows the
 * first damage only headers of batches are looked for: the highest index that one of them, or a
 * snapshot, says is forced decides whether acknowledged entries are lost.
 */
final class LogScan {
  /** A log segment as it was found. */
  record Scanned(
      int number, long fileBytes, boolean unused, long firstIndex, long lastIndex, long end) {

    static Scanned unused(int number, long fileBytes) {
      return new Scanned(number, fileBytes, true, 0, -1, SegmentHeader.BYTES);
    }
  }

  /** How the log ends. */
  sealed interface End {
    /** In zeros, after a whole batch. */
    record Clean(long lastIndex) implements End {}

    /**
     * In bytes that may have been under way at a crash: nothing at or after this index is known to
     * be forced.
     *
     * @param cutFrom where in the segment zeros must begin
     */
    record Torn(int segment, long offset, long cutFrom, long index, String reason) implements End {}

    /** Before an entry that is known to be forced. */
    record Corrupt(int segment, long offset, long cutFrom, long index, long forced, String reason)
        implements End {}
  }

  /** Follows the scan. */
  interface Progress {
    void batch(int segment, long bytes, BatchHeader header);
  }

  private final Disk disk;
  private final JournalFiles files;
  private final long covered;
  private final Optional<SegmentReader.Visitor> visitor;
  private final Progress progress;
  private final List<Scanned> scanned = new ArrayList<>();

  /** The index that comes next; 0 while no segment has said where the log begins. */
  private long expected;

  private long marked;
  private boolean damaged;
  private int damagedSegment;
  private long damagedAt;
  private long cutFrom;
  private String reason = "";
  private int lastNumber;
  private int unusedNumber;

  /** The highest index that is known to be forced from what follows the damage. */
  private long evidence;

  /**
   * Prepares a scan.
   *
   * @param covered the last entry in the snapshot that was loaded; later ones go to the visitor
   */
  LogScan(
      Disk disk,
      JournalFiles files,
      long covered,
      SegmentReader.Visitor visitor,
      Progress progress) {
    this.disk = disk;
    this.files = files;
    this.covered = covered;
    this.visitor = Optional.of(new After(covered, visitor));
    this.progress = progress;
  }

  /** Prepares a scan that only checks. */
  LogScan(Disk disk, JournalFiles files, long covered) {
    this.disk = disk;
    this.files = files;
    this.covered = covered;
    this.visitor = Optional.empty();
    this.progress = (segment, bytes, header) -> {};
  }

  /** Leaves out the entries that the snapshot holds. */
  private record After(long covered, SegmentReader.Visitor visitor)
      implements SegmentReader.Visitor {
    @Override
    public void entry(long index, long stampNs, Command command, long location, FileWindow window)
        throws IOException {
      if (index > covered) {
        visitor.entry(index, stampNs, command, location, window);
      }
    }
  }

  End run() throws IOException {
    evidence = files.forcedBySnapshot();
    for (int number : files.log()) {
      try (SegmentReader reader = new SegmentReader(disk.open(FileNames.log(number)), number)) {
        if (damaged) {
          search(number, reader);
        } else {
          scan(number, reader);
        }
      }
      lastNumber = number;
    }
    long next = Math.max(expected, 1);
    if (!damaged && next <= evidence) {
      endsTooEarly();
    }
    if (!damaged) {
      return new End.Clean(next - 1);
    }
    return evidence >= next
        ? new End.Corrupt(damagedSegment, damagedAt, cutFrom, next, evidence, reason)
        : new End.Torn(damagedSegment, damagedAt, cutFrom, next, reason);
  }

  /** The segments up to the damage, which is in the last of them. */
  List<Scanned> scanned() {
    return scanned;
  }

  /** The last entry; 0 when there is none. */
  long lastIndex() {
    return Math.max(expected - 1, 0);
  }

  /** The highest index that a batch before the damage says is forced. */
  long marked() {
    return marked;
  }

  /** Nothing that is there is damaged: what is missing would follow the last batch. */
  private void endsTooEarly() {
    String why = "the log ends before what the newest snapshot holds";
    scanned.stream()
        .filter(found -> !found.unused())
        .reduce((earlier, later) -> later)
        .ifPresentOrElse(
            last -> damage(last.number(), last.end(), last.end(), why),
            () -> damage(files.log().isEmpty() ? 1 : files.log().getFirst(), 0, 0, why));
  }

  private void damage(int segment, long offset, long zerosFrom, String why) {
    damaged = true;
    damagedSegment = segment;
    damagedAt = offset;
    cutFrom = zerosFrom;
    reason = why;
  }

  private void scan(int number, SegmentReader reader) throws IOException {
    if (reader.isUnused()) {
      unusedNumber = unusedNumber == 0 ? number : unusedNumber;
      scanned.add(Scanned.unused(number, reader.size()));
      return;
    }
    if (unusedNumber != 0) {
      damage(unusedNumber, 0, 0, "the segment is empty, but a later one is not");
      search(number, reader);
      return;
    }
    String wrong = header(number, reader);
    if (!wrong.isEmpty()) {
      damage(number, 0, 0, wrong);
      searchFrom(0, reader);
      return;
    }
    long first = expected;
    SegmentReader.Found found = SegmentReader.Found.BATCH;
    while (found == SegmentReader.Found.BATCH && !damaged) {
      long begin = reader.position();
      found = visitor.isPresent() ? reader.next(visitor.get(), expected) : reader.next(expected);
      switch (found) {
        case BATCH -> {
          expected += reader.header.entries;
          marked = Math.max(marked, reader.header.forced);
          progress.batch(number, reader.header.length(), reader.header);
        }
        case DAMAGE -> {
          damage(number, reader.position(), begin, reader.reason());
          searchFrom(reader.position(), reader);
          scanned.add(new Scanned(number, reader.size(), false, first, expected - 1, begin));
        }
        case END ->
            scanned.add(new Scanned(number, reader.size(), false, first, expected - 1, begin));
      }
    }
  }

  /** Checks the segment's header; returns what is wrong, or nothing. */
  private String header(int number, SegmentReader reader) throws IOException {
    SegmentHeader header;
    try {
      header = reader.fileHeader();
    } catch (MalformedException e) {
      return e.reason();
    }
    Recovery.requireVersion(disk, FileNames.log(number), header);
    if (header.magic() != SegmentHeader.LOG || header.number() != number) {
      return "the header is that of another file";
    }
    evidence = Math.max(evidence, header.forced());
    if (expected == 0 && header.index() > covered + 1) {
      evidence = Math.max(evidence, header.index() - 1);
      return "the segments before it, up to entry " + (header.index() - 1) + ", are missing";
    }
    boolean follows = expected == 0 || header.index() == expected;
    boolean gapIsCovered =
        number != lastNumber + 1 && header.index() > expected && header.index() <= covered + 1;
    if (!follows && !gapIsCovered) {
      if (number != lastNumber + 1) {
        evidence = Math.max(evidence, header.index() - 1);
      }
      return "entry "
          + expected
          + " should come next, but the segment begins with "
          + header.index();
    }
    expected = header.index();
    return "";
  }

  private void search(int number, SegmentReader reader) throws IOException {
    try {
      SegmentHeader header = reader.fileHeader();
      if (header.magic() == SegmentHeader.LOG && header.number() == number) {
        evidence = Math.max(evidence, header.forced());
      }
    } catch (MalformedException e) {
      // Damaged too, or unused: it says nothing.
    }
    searchFrom(0, reader);
  }

  /**
   * Looks for headers at and after a position. The damage itself may be a good batch that does not
   * follow: what it says is forced counts.
   */
  private void searchFrom(long position, SegmentReader reader) throws IOException {
    long at = position;
    while (reader.findHeader(at)) {
      evidence = Math.max(evidence, reader.header.forced);
      at = reader.position() + BatchHeader.ALIGNMENT;
    }
  }
}
