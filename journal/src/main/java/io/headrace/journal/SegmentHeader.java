package io.headrace.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of every file of the journal. Magic, version and CRC stay where they are in
 * all later versions of the format, so that any version can name any other.
 *
 * @param magic what the file is: {@link #LOG}, {@link #BODIES} or {@link #SNAPSHOT}
 * @param number the number in the file's name; 0 in a snapshot
 * @param index of a segment the first index it may hold; of a snapshot the last entry in it
 * @param forced the highest index known to be forced when the header was written
 */
record SegmentHeader(long magic, int version, int number, long index, long forced) {
  static final int BYTES = 64;

  /** The format this program reads and writes. */
  static final int VERSION = 0;

  /** "HEADRLOG" in the order of bytes on disk. */
  static final long LOG = 0x474F_4C52_4441_4548L;

  /** "HEADRBOD". */
  static final long BODIES = 0x444F_4252_4441_4548L;

  /** "HEADRSNP". */
  static final long SNAPSHOT = 0x504E_5352_4441_4548L;

  private static final int CRC_AT = 60;

  /** Appends the 64 bytes to a little-endian buffer. */
  void write(ByteBuffer to) {
    int start = to.position();
    to.putLong(magic).putInt(version).putInt(number).putLong(index).putLong(forced);
    while (to.position() < start + CRC_AT) {
      to.put((byte) 0);
    }
    to.putInt(crc(to, start));
  }

  /** Reads the header at {@code start} of a little-endian buffer that has all of its bytes. */
  static SegmentHeader read(ByteBuffer from, int start) throws MalformedException {
    long magic = from.getLong(start);
    if (magic != LOG && magic != BODIES && magic != SNAPSHOT) {
      throw new MalformedException("the file does not begin as a journal's file does");
    }
    if (from.getInt(start + CRC_AT) != crc(from, start)) {
      throw new MalformedException("the header's checksum differs");
    }
    return new SegmentHeader(
        magic,
        from.getInt(start + 8),
        from.getInt(start + 12),
        from.getLong(start + 16),
        from.getLong(start + 24));
  }

  private static int crc(ByteBuffer buffer, int start) {
    CRC32C crc = new CRC32C();
    crc.update(
        buffer.duplicate().order(ByteOrder.nativeOrder()).limit(start + CRC_AT).position(start));
    return (int) crc.getValue();
  }
}
