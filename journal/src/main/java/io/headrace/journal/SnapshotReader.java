package io.headrace.journal;

import static io.headrace.journal.MalformedException.require;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a snapshot file: first all of it is checked, then its records are given out. */
final class SnapshotReader implements AutoCloseable {
  /** Takes the records in order. */
  interface Records {
    void record(ByteBuffer record);
  }

  private final FileWindow window;
  private final long index;

  /**
   * Opens it.
   *
   * @param index the index in the file's name
   */
  SnapshotReader(DiskFile file, long index) throws IOException {
    window = new FileWindow(FileNames.snapshot(index), file, FileWindow.WINDOW_BYTES);
    this.index = index;
  }

  long size() {
    return window.size();
  }

  /** Reads the header. */
  SegmentHeader fileHeader() throws IOException, MalformedException {
    require(window.size() >= SegmentHeader.BYTES, "the file is shorter than its header");
    return SegmentHeader.read(window.buffer, window.at(0, SegmentHeader.BYTES));
  }

  /** Checks every byte; returns the number of records. */
  long check() throws IOException, MalformedException {
    return pass(record -> {});
  }

  /** Gives out the records of a file that was checked. */
  void read(Records records) throws IOException {
    try {
      pass(records);
    } catch (MalformedException e) {
      throw new IOException("the file changed while it was read", e);
    }
  }

  private long pass(Records to) throws IOException, MalformedException {
    SegmentHeader header = fileHeader();
    require(header.magic() == SegmentHeader.SNAPSHOT, "the file is not a snapshot");
    require(header.index() == index, "the index in the file is not that in its name");
    int begin = window.at(0, SegmentHeader.BYTES);
    for (int i = 32; i < SegmentHeader.BYTES - 4; i++) {
      require(window.buffer.get(begin + i) == 0, "the header holds what this version knows not");
    }
    long at = SegmentHeader.BYTES;
    long records = 0;
    long blocks = 0;
    while (!isTrailer(at)) {
      records += block(at, to);
      at += blockLength(at);
      blocks++;
    }
    trailer(at, records, blocks);
    return records;
  }

  private boolean isTrailer(long at) throws IOException, MalformedException {
    require(at + SnapshotFormat.TRAILER_BYTES <= window.size(), "the file ends without a trailer");
    return window.buffer.getInt(window.at(at, 4)) == SnapshotFormat.TRAILER;
  }

  private long blockLength(long at) throws IOException {
    int bytes = window.buffer.getInt(window.at(at, SnapshotFormat.BLOCK_HEADER_BYTES) + 8);
    return SnapshotFormat.paddedLength(SnapshotFormat.BLOCK_HEADER_BYTES + bytes);
  }

  private int block(long at, Records to) throws IOException, MalformedException {
    int begin = window.at(at, SnapshotFormat.BLOCK_HEADER_BYTES);
    String where = "the block at byte " + at;
    require(window.buffer.getInt(begin) == SnapshotFormat.BLOCK, where + " is none");
    int bytes = window.buffer.getInt(begin + 8);
    require(
        bytes > 0
            && bytes <= SnapshotFormat.BLOCK_BYTES_MAX - SnapshotFormat.BLOCK_HEADER_BYTES
            && at + blockLength(at) <= window.size(),
        where + " has an impossible length");
    int length = (int) blockLength(at);
    begin = window.at(at, length);
    int count = window.buffer.getInt(begin + 12);
    int crc =
        SnapshotFormat.crc(
            window.buffer.duplicate().clear(), begin + SnapshotFormat.CHECKED_FROM, begin + length);
    require(window.buffer.getInt(begin + 4) == crc, "the checksum of " + where + " differs");
    int next = begin + SnapshotFormat.BLOCK_HEADER_BYTES;
    int end = next + bytes;
    for (int i = 0; i < count; i++) {
      require(next + SnapshotFormat.LENGTH_BYTES <= end, where + " is cut short");
      int record = Short.toUnsignedInt(window.buffer.getShort(next));
      next += SnapshotFormat.LENGTH_BYTES;
      require(next + record <= end, where + " is cut short");
      to.record(window.view.clear().limit(next + record).position(next));
      next += record;
    }
    require(next == end, where + " has bytes that are no record");
    return count;
  }

  private void trailer(long at, long records, long blocks) throws IOException, MalformedException {
    int begin = window.at(at, SnapshotFormat.TRAILER_BYTES);
    int crc =
        SnapshotFormat.crc(
            window.buffer.duplicate().clear(),
            begin + SnapshotFormat.CHECKED_FROM,
            begin + SnapshotFormat.TRAILER_BYTES);
    require(window.buffer.getInt(begin + 4) == crc, "the checksum of the trailer differs");
    require(window.buffer.getLong(begin + 8) == records, "records are missing");
    require(window.buffer.getLong(begin + 16) == blocks, "blocks are missing");
    require(window.buffer.getLong(begin + 24) == index, "the trailer is of another snapshot");
    require(
        window.buffer.getLong(begin + 32) == window.size()
            && at + SnapshotFormat.TRAILER_BYTES == window.size(),
        "the file is not as long as it was");
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
