package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads one log segment batch by batch. A batch is delivered whole or not at all: its visitor is
 * called only when every byte of it was found good.
 */
final class SegmentReader implements AutoCloseable {
  /** What {@link #next} found. */
  enum Found {
    /** A whole batch. */
    BATCH,
    /** Nothing more: from here to the end of the file every byte is zero. */
    END,
    /** Bytes that are no batch; {@link #reason} says why. */
    DAMAGE
  }

  /** Takes the entries of good batches. */
  interface Visitor {
    /**
     * Takes an entry.
     *
     * @param command where it brings a body, that has no reference yet
     * @param location where that body lies
     * @param window has the body at the location's offset
     */
    void entry(long index, long stampNs, Command command, long location, FileWindow window)
        throws IOException;
  }

  final BatchHeader header = new BatchHeader();
  private final FileWindow window;
  private final Fields fields = new Fields();
  private final CheckedRecords checked = new CheckedRecords();
  private final int segment;
  private long position = SegmentHeader.BYTES;
  private String reason = "";

  SegmentReader(DiskFile file, int segment) throws IOException {
    window = new FileWindow(FileNames.log(segment), file, FileWindow.WINDOW_BYTES);
    this.segment = segment;
  }

  long size() {
    return window.size();
  }

  /** Where the next batch begins, or where what {@link #next} found lies. */
  long position() {
    return position;
  }

  String reason() {
    return reason;
  }

  /** Reads the file's header. */
  SegmentHeader fileHeader() throws IOException, MalformedException {
    if (window.size() < SegmentHeader.BYTES) {
      throw new MalformedException("the file is shorter than its header");
    }
    return SegmentHeader.read(window.buffer, window.at(0, SegmentHeader.BYTES));
  }

  /** Whether the file holds nothing but zeros: it was prepared and not yet used. */
  boolean isUnused() throws IOException {
    return window.firstNonZero(0, window.size()) == window.size();
  }

  /** Checks the next batch, whose first entry has this index. */
  Found next(long index) throws IOException {
    return next(Optional.empty(), index);
  }

  /** Goes over the next batch, whatever its indexes. */
  Found next(Visitor visitor) throws IOException {
    return next(Optional.of(visitor), 0);
  }

  /**
   * Goes over the next batch; the entries of a good one are given to the visitor.
   *
   * @param index that of the batch's first entry; another one counts as damage
   */
  Found next(Visitor visitor, long index) throws IOException {
    return next(Optional.of(visitor), index);
  }

  private Found next(Optional<Visitor> visitor, long index) throws IOException {
    long left = window.size() - position;
    if (left < BatchHeader.BYTES || isZero(position)) {
      long nonZero = window.firstNonZero(position, window.size());
      if (nonZero == window.size()) {
        return Found.END;
      }
      position = nonZero;
      return damage("bytes that are not zero follow the last batch");
    }
    if (!header.read(window.buffer, window.view, window.at(position, BatchHeader.BYTES))) {
      return damage("no batch begins here, or its header's checksum differs");
    }
    if (header.segment != segment || placeOf(header) != position) {
      return damage("the batch belongs elsewhere");
    }
    if (index != 0 && header.firstIndex != index) {
      return damage("entry " + index + " should come next, not " + header.firstIndex);
    }
    if (header.length() > left) {
      return damage("the batch is cut short by the end of the file");
    }
    try {
      check();
    } catch (MalformedException e) {
      return damage(e.reason());
    }
    if (visitor.isPresent()) {
      give(visitor.get());
    }
    position += header.length();
    return Found.BATCH;
  }

  /**
   * Looks for the header of a batch at or after {@code from}, where damage was found.
   *
   * @return true when one was found; it is in {@link #header}, and {@link #position} on it
   */
  boolean findHeader(long from) throws IOException {
    long at = (from + BatchHeader.ALIGNMENT - 1) & -BatchHeader.ALIGNMENT;
    for (; at + BatchHeader.BYTES <= window.size(); at += BatchHeader.ALIGNMENT) {
      int begin = window.at(at, BatchHeader.BYTES);
      if (window.buffer.getInt(begin) == BatchHeader.MAGIC
          && header.read(window.buffer, window.view, begin)
          && header.segment == segment
          && placeOf(header) == at) {
        position = at;
        return true;
      }
    }
    return false;
  }

  private static long placeOf(BatchHeader header) {
    return Integer.toUnsignedLong(header.place) * BatchHeader.ALIGNMENT;
  }

  private boolean isZero(long at) throws IOException {
    int begin = window.at(at, BatchHeader.BYTES);
    long bits = 0;
    for (int i = 0; i < BatchHeader.BYTES; i += Long.BYTES) {
      bits |= window.buffer.getLong(begin + i);
    }
    return bits == 0;
  }

  private Found damage(String why) {
    reason = why;
    return Found.DAMAGE;
  }

  /** Checks all of the batch, and decodes its records. */
  private void check() throws IOException, MalformedException {
    checked.clear();
    long at = position + BatchHeader.BYTES;
    long end = at + header.recordBytes;
    while (at < end) {
      if (end - at < Batch.RECORD_HEADER_BYTES) {
        throw new MalformedException("a record at byte " + at + " is cut short");
      }
      int begin = window.at(at, Batch.RECORD_HEADER_BYTES);
      int length = Short.toUnsignedInt(window.buffer.getShort(begin + 4));
      if (length < Batch.RECORD_HEADER_BYTES || length > end - at) {
        throw new MalformedException("a record at byte " + at + " has an impossible length");
      }
      begin = window.at(at, length);
      if (window.buffer.getInt(begin) != window.crc32c(at + 4, length - 4)) {
        throw new MalformedException("the checksum of a record at byte " + at + " differs");
      }
      int kind = window.buffer.get(begin + 6);
      if (window.buffer.get(begin + 7) != 0) {
        throw new MalformedException("a record at byte " + at + " has unknown flags");
      }
      fields.of(
          window.buffer, begin + Batch.RECORD_HEADER_BYTES, length - Batch.RECORD_HEADER_BYTES);
      long stampNs = header.baseStampNs + fields.varint();
      Command command = CommandCodec.readFields(kind, fields);
      at += length;
      checked.add(stampNs, command, at);
      if (command instanceof Command.WithBody bringing) {
        check(bringing.body(), at, end);
        at += bringing.body().bytes();
      }
    }
    if (checked.size() != header.entries) {
      throw new MalformedException(
          checked.size() + " records where the batch says " + header.entries);
    }
    long batchEnd = position + header.length();
    if (at < batchEnd && window.firstNonZero(at, batchEnd) != batchEnd) {
      throw new MalformedException("the batch does not end in zeros");
    }
  }

  private void check(Body body, long at, long end) throws IOException, MalformedException {
    if (body.bytes() > end - at) {
      throw new MalformedException("a body at byte " + at + " is cut short");
    }
    if (window.crc32c(at, body.bytes()) != body.crc32c()) {
      throw new MalformedException("the checksum of a body at byte " + at + " differs");
    }
  }

  private void give(Visitor visitor) throws IOException {
    for (int i = 0; i < checked.size(); i++) {
      visitor.entry(
          header.firstIndex + i,
          checked.stampNs(i),
          checked.command(i),
          Location.of(segment, checked.end(i)),
          window);
    }
    checked.clear();
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
