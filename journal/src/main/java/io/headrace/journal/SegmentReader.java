package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    /** Takes the body of the command that comes next; returns the reference it shall carry. */
    long body(long index, long location, int bytes, int crc32c, FileWindow window, long position)
        throws IOException;

    void entry(long index, long stampNs, Command command);
  }

  final BatchHeader header = new BatchHeader();
  private final FileWindow window;
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
      records(Optional.empty());
    } catch (MalformedException e) {
      return damage(e.reason());
    }
    try {
      if (visitor.isPresent()) {
        records(visitor);
      }
    } catch (MalformedException e) {
      throw new IOException("the file changed while it was read", e);
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

  /** Checks the records, or, where there is a visitor, gives it those that were checked. */
  private void records(Optional<Visitor> visitor) throws IOException, MalformedException {
    long at = position + BatchHeader.BYTES;
    long end = at + header.recordBytes;
    int count = 0;
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
      ByteBuffer record = window.view;
      if (visitor.isEmpty() && window.buffer.getInt(begin) != window.crc32c(at + 4, length - 4)) {
        throw new MalformedException("the checksum of a record at byte " + at + " differs");
      }
      begin = window.at(at, length);
      int kind = window.buffer.get(begin + 6);
      record.clear().limit(begin + length).position(begin + Batch.RECORD_HEADER_BYTES);
      if (window.buffer.get(begin + 7) != 0) {
        throw new MalformedException("a record at byte " + at + " has unknown flags");
      }
      long stampNs = header.baseStampNs + Varint.get(record);
      Command command = CommandCodec.readFields(kind, record);
      at += length;
      if (command instanceof Command.WithBody bringing) {
        command = withBody(bringing, header.firstIndex + count, at, end, visitor);
        at += bringing.body().bytes();
      }
      if (visitor.isPresent()) {
        visitor.get().entry(header.firstIndex + count, stampNs, command);
      }
      count++;
    }
    if (count != header.entries) {
      throw new MalformedException(count + " records where the batch says " + header.entries);
    }
    long batchEnd = position + header.length();
    if (at < batchEnd && window.firstNonZero(at, batchEnd) != batchEnd) {
      throw new MalformedException("the batch does not end in zeros");
    }
  }

  private Command withBody(
      Command.WithBody command, long index, long at, long end, Optional<Visitor> visitor)
      throws IOException, MalformedException {
    int bytes = command.body().bytes();
    int crc = command.body().crc32c();
    if (bytes > end - at) {
      throw new MalformedException("a body at byte " + at + " is cut short");
    }
    if (visitor.isEmpty()) {
      if (window.crc32c(at, bytes) != crc) {
        throw new MalformedException("the checksum of a body at byte " + at + " differs");
      }
      return command;
    }
    long ref = visitor.get().body(index, Location.of(segment, at), bytes, crc, window, at);
    return command.withBody(new Body(ref, bytes, crc));
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
