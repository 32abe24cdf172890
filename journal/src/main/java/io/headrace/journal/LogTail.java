package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The end of the log: the segment that is written, and where. */
final class LogTail {
  private final Ledger ledger;
  private final Reserve reserve;
  private Segment segment;
  private DiskFile file;
  private long position;

  /** Headers go with the next batch, since only then the segment's first index is known. */
  private final List<HeaderDue> headersDue = new ArrayList<>();

  private record HeaderDue(DiskFile file, Segment segment) {}

  /** Full segments that may be left unforced, and so open: where nobody else asks for a force. */
  private static final int UNFORCED_SEGMENTS_MAX = 8;

  /** Segments that are full and not yet forced. */
  private final List<DiskFile> left = new ArrayList<>();

  /** Bytes of all batches written by this process. */
  private long writtenBytes;

  /**
   * Where recovery found the end.
   *
   * @param position where the next batch goes, or the header's end in an unused segment
   */
  LogTail(Ledger ledger, Reserve reserve, Segment segment, DiskFile file, long position) {
    this.ledger = ledger;
    this.reserve = reserve;
    this.segment = segment;
    this.file = file;
    this.position = position;
    if (position == SegmentHeader.BYTES) {
      headersDue.add(new HeaderDue(file, segment));
    }
  }

  /**
   * Finds a place for a batch of this length: here, or at the start of the next segment.
   *
   * @return false when the next segment is not ready; the log is woken when it is
   */
  boolean place(long length, long firstIndex) {
    if (hasRoom(length)) {
      return true;
    }
    Optional<Reserve.Spare> next = reserve.take(SegmentHeader.BYTES + length);
    if (next.isEmpty()) {
      return false;
    }
    Reserve.Spare spare = next.get();
    left.add(file);
    segment = new Segment(false, spare.number(), spare.bytes());
    segment.firstIndex = firstIndex;
    segment.lastIndex = firstIndex - 1;
    ledger.add(segment);
    file = spare.file();
    position = SegmentHeader.BYTES;
    headersDue.add(new HeaderDue(file, segment));
    return true;
  }

  /** Whether a batch of this length has a place in the segment that is being written. */
  boolean hasRoom(long length) {
    return position + length <= segment.fileBytes;
  }

  Segment segment() {
    return segment;
  }

  long position() {
    return position;
  }

  long writtenBytes() {
    return writtenBytes;
  }

  /** Writes the batch that was closed for this place. May be repeated. */
  void write(Batch batch, long forcedIndex) throws IOException {
    for (int i = 0; i < headersDue.size(); i++) {
      writeHeader(headersDue.get(i), forcedIndex);
    }
    batch.write(file, position);
  }

  private static void writeHeader(HeaderDue due, long forcedIndex) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocateDirect(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    new SegmentHeader(
            SegmentHeader.LOG,
            SegmentHeader.VERSION,
            due.segment.number,
            due.segment.firstIndex,
            forcedIndex)
        .write(header);
    due.file.write(header.flip(), 0);
  }

  /** The batch was written. */
  void advance(Batch batch) {
    headersDue.clear();
    position += batch.length();
    writtenBytes += batch.length();
    segment.lastIndex = Math.max(segment.lastIndex, batch.lastIndex());
  }

  /** Whether so many segments are unforced that they should be, whatever the durability. */
  boolean mustBeForced() {
    return left.size() >= UNFORCED_SEGMENTS_MAX;
  }

  /**
   * Files with bytes that no force covers.
   *
   * @param full segments that nothing is written to any more
   * @param current the segment that is written, perhaps while it is forced
   */
  record Unforced(List<DiskFile> full, DiskFile current) {
    /** Makes all that was written durable; the full segments need no open file any more. */
    void force() throws IOException {
      for (DiskFile file : full) {
        file.force();
      }
      current.force();
      for (DiskFile file : full) {
        file.close();
      }
    }
  }

  /** Hands over what is to be forced. A segment that fills up meanwhile is left to the next. */
  Unforced takeUnforced() {
    if (left.isEmpty()) {
      return new Unforced(List.of(), file);
    }
    Unforced taken = new Unforced(List.copyOf(left), file);
    left.clear();
    return taken;
  }

  void close() throws IOException {
    for (DiskFile full : left) {
      full.close();
    }
    left.clear();
    file.close();
  }
}
