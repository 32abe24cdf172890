package io.headrace.journal;

import static io.headrace.journal.MalformedException.require;

import java.io.IOException;

/** Checks a segment of bodies that were copied forward. */
final class BodiesReader implements AutoCloseable {
  private final FileWindow window;
  private final int number;
  private long position;
  private long bodies;

  BodiesReader(DiskFile file, int number) throws IOException {
    window = new FileWindow(FileNames.bodies(number), file, FileWindow.WINDOW_BYTES);
    this.number = number;
  }

  long size() {
    return window.size();
  }

  /** How many bodies were found good. */
  long bodies() {
    return bodies;
  }

  /** Where it stands: on the damage, when there is some. */
  long position() {
    return position;
  }

  /** Reads all bodies; ends at zeros, which a crash may have left behind the last one. */
  void check() throws IOException, MalformedException {
    require(window.size() >= SegmentHeader.BYTES, "the file is shorter than its header");
    SegmentHeader header = SegmentHeader.read(window.buffer, window.at(0, SegmentHeader.BYTES));
    require(
        header.magic() == SegmentHeader.BODIES && header.number() == number,
        "the header is that of another file");
    position = SegmentHeader.BYTES;
    while (window.firstNonZero(position, window.size()) < window.size()) {
      body();
    }
  }

  private void body() throws IOException, MalformedException {
    long left = window.size() - position;
    require(left >= BodyCopies.RECORD_HEADER_BYTES, "a body is cut short");
    int begin = window.at(position, BodyCopies.RECORD_HEADER_BYTES);
    int crc =
        SnapshotFormat.crc(
            window.buffer.duplicate().clear(),
            begin + BodyCopies.CHECKED_FROM,
            begin + BodyCopies.RECORD_HEADER_BYTES);
    require(
        window.buffer.getInt(begin) == BodyCopies.MAGIC && window.buffer.getInt(begin + 4) == crc,
        "no body begins here, or its header's checksum differs");
    int bytes = window.buffer.getInt(begin + 16);
    int bodyCrc = window.buffer.getInt(begin + 20);
    require(bytes >= 0 && bytes <= left - BodyCopies.RECORD_HEADER_BYTES, "a body is cut short");
    long start = position + BodyCopies.RECORD_HEADER_BYTES;
    require(window.crc32c(start, bytes) == bodyCrc, "the checksum of a body differs");
    position = (start + bytes + BatchHeader.ALIGNMENT - 1) & -BatchHeader.ALIGNMENT;
    bodies++;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
