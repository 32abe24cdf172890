package io.headrace.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 48 bytes before the records of a batch. It names its own place, so that a body that holds a
 * copy of a journal is not taken for one.
 */
final class BatchHeader {
  static final int BYTES = 48;

  /** Batches begin at multiples of this, so that a reader finds the next one after damage. */
  static final int ALIGNMENT = 8;

  /** "HBAT" in the order of bytes on disk. */
  static final int MAGIC = 0x5441_4248;

  private static final int CRC_AT = 4;
  private static final int CHECKED_FROM = 8;

  private final CRC32C crc = new CRC32C();

  /** Bytes of the records, without the header and the zeros that fill up the last 8 bytes. */
  int recordBytes;

  /** How many entries follow; 0 in a mark. */
  int entries;

  /** Index of the first entry, or of the next one in a mark. */
  long firstIndex;

  /** The highest index known to be forced when the batch was written. */
  long forced;

  /** What the stamps of the records are counted from, in nanoseconds. */
  long baseStampNs;

  int segment;

  /** Where the batch begins in its segment, in units of {@link #ALIGNMENT}. */
  int place;

  /** Bytes on disk of a batch with so many bytes of records. */
  static long lengthOf(long recordBytes) {
    return (BYTES + recordBytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  long length() {
    return lengthOf(Integer.toUnsignedLong(recordBytes));
  }

  long lastIndex() {
    return firstIndex + entries - 1;
  }

  /** Writes the header at the start of a little-endian buffer; {@code view} is a duplicate. */
  void write(ByteBuffer to, ByteBuffer view) {
    to.putInt(0, MAGIC);
    to.putInt(8, recordBytes).putInt(12, entries).putLong(16, firstIndex);
    to.putLong(24, forced).putLong(32, baseStampNs).putInt(40, segment).putInt(44, place);
    to.putInt(CRC_AT, checksum(view, 0));
  }

  /** Reads the header at {@code start}; {@code view} is a duplicate of {@code from}. */
  boolean read(ByteBuffer from, ByteBuffer view, int start) {
    if (from.getInt(start) != MAGIC || from.getInt(start + CRC_AT) != checksum(view, start)) {
      return false;
    }
    recordBytes = from.getInt(start + 8);
    entries = from.getInt(start + 12);
    firstIndex = from.getLong(start + 16);
    forced = from.getLong(start + 24);
    baseStampNs = from.getLong(start + 32);
    segment = from.getInt(start + 40);
    place = from.getInt(start + 44);
    return recordBytes >= 0 && entries >= 0;
  }

  private int checksum(ByteBuffer view, int start) {
    crc.reset();
    crc.update(view.clear().limit(start + BYTES).position(start + CHECKED_FROM));
    return (int) crc.getValue();
  }
}
