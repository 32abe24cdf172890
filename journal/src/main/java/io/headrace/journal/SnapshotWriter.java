package io.headrace.journal;

import java.nio.ByteBuffer;

/** Turns the records of a snapshot into the blocks of a file. */
final class SnapshotWriter {
  private final FileAppender file;
  private final long index;
  private long blocks;
  private long records;
  private int recordsInBlock;

  /** Begins with the file's header; {@code file} is empty so far. */
  SnapshotWriter(FileAppender file, long index) {
    this.file = file;
    this.index = index;
    new SegmentHeader(SegmentHeader.SNAPSHOT, SegmentHeader.VERSION, 0, index, index)
        .write(file.buffer());
    file.write(header -> {});
    beginBlock();
  }

  private void beginBlock() {
    recordsInBlock = 0;
    file.buffer().position(SnapshotFormat.BLOCK_HEADER_BYTES);
  }

  void record(ByteBuffer record) {
    int needed = SnapshotFormat.LENGTH_BYTES + record.remaining();
    if (file.buffer().remaining() < needed) {
      endBlock();
      beginBlock();
    }
    file.buffer().putShort((short) record.remaining()).put(record);
    recordsInBlock++;
  }

  /** Length of the file so far. */
  long bytes() {
    return file.position();
  }

  private void endBlock() {
    ByteBuffer block = file.buffer();
    int bytes = block.position() - SnapshotFormat.BLOCK_HEADER_BYTES;
    block.putInt(0, SnapshotFormat.BLOCK).putInt(8, bytes).putInt(12, recordsInBlock);
    while (block.position() < SnapshotFormat.paddedLength(block.position())) {
      block.put((byte) 0);
    }
    blocks++;
    records += recordsInBlock;
    file.write(SnapshotWriter::check);
  }

  /** Done on the journal's thread, where it costs the loop nothing. */
  private static void check(ByteBuffer block) {
    block.putInt(4, SnapshotFormat.crc(block, SnapshotFormat.CHECKED_FROM, block.limit()));
  }

  /** Writes the last block and the trailer; returns the length of the whole file. */
  long end() {
    if (recordsInBlock > 0) {
      endBlock();
    }
    file.buffer().clear();
    long length = file.position() + SnapshotFormat.TRAILER_BYTES;
    ByteBuffer trailer = file.buffer();
    trailer.putInt(SnapshotFormat.TRAILER).putInt(0);
    trailer.putLong(records).putLong(blocks).putLong(index).putLong(length).putLong(0);
    file.end(SnapshotWriter::check);
    return length;
  }
}
