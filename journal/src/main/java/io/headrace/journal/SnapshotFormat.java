package io.headrace.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The bytes of a snapshot file: a header, blocks of records, and a trailer that ends the file. */
final class SnapshotFormat {
  /** "HSBK" in the order of bytes on disk: begins a block. */
  static final int BLOCK = 0x4B42_5348;

  /** "HSEN": begins the trailer. */
  static final int TRAILER = 0x4E45_5348;

  static final int BLOCK_HEADER_BYTES = 16;
  static final int TRAILER_BYTES = 48;

  /** The largest block with its header, in bytes. */
  static final int BLOCK_BYTES_MAX = 256 << 10;

  /** Each record is preceded by its length. */
  static final int LENGTH_BYTES = Short.BYTES;

  /** What the CRC32C covers begins here: all but magic and CRC. */
  static final int CHECKED_FROM = 8;

  private SnapshotFormat() {}

  static int paddedLength(int bytes) {
    return (bytes + 7) & -8;
  }

  static int crc(ByteBuffer block, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }
}
