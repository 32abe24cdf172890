package io.headrace.journal;

import io.headrace.queue.Invariant;
import java.nio.ByteBuffer;

/**
 * The segment of bodies that a snapshot copies forward, out of log segments with little else left.
 * Its file was made as large as they can be at most, so that a full disk cannot stop it half-way.
 */
final class BodyCopies {
  /** "HBDY" in the order of bytes on disk: begins a body. */
  static final int MAGIC = 0x5944_4248;

  /** Bytes before a body: magic, CRC32C of the rest, job, length, CRC32C of the body. */
  static final int RECORD_HEADER_BYTES = 24;

  static final int CHECKED_FROM = 8;

  private final BodyStore bodies;
  private final Ledger ledger;
  private final Segment segment;
  private final FileAppender file;

  BodyCopies(BodyStore bodies, Ledger ledger, Segment segment, FileAppender file) {
    this.bodies = bodies;
    this.ledger = ledger;
    this.segment = segment;
    this.file = file;
    new SegmentHeader(SegmentHeader.BODIES, SegmentHeader.VERSION, segment.number, 0, 0)
        .write(file.buffer());
  }

  /** Copies a body here and makes this its place; returns the place. */
  long copy(long job, long ref, int bytes, int crc32c) {
    Invariant.check(bodies.crc32c(ref, bytes) == crc32c, "a body in memory is as it came");
    if (file.buffer().remaining() < RECORD_HEADER_BYTES) {
      file.write(full -> {});
    }
    ByteBuffer buffer = file.buffer();
    int start = buffer.position();
    buffer.putInt(MAGIC).putInt(0).putLong(job).putInt(bytes).putInt(crc32c);
    buffer.putInt(
        start + 4, SnapshotFormat.crc(buffer, start + CHECKED_FROM, start + RECORD_HEADER_BYTES));
    long place = file.position();
    int done = 0;
    while (done < bytes) {
      if (!file.buffer().hasRemaining()) {
        file.write(full -> {});
      }
      int piece = Math.min(bytes - done, file.buffer().remaining());
      bodies.read(ref, done, piece, file.buffer());
      done += piece;
    }
    while (file.position() % BatchHeader.ALIGNMENT != 0) {
      if (!file.buffer().hasRemaining()) {
        file.write(full -> {});
      }
      file.buffer().put((byte) 0);
    }
    Invariant.check(file.position() <= segment.fileBytes, "bodies copied forward have their room");
    long location = Location.ofBodies(segment.number, place);
    ledger.moved(bodies.location(ref, bytes), segment, bytes);
    bodies.locate(ref, bytes, location);
    return location;
  }

  Segment segment() {
    return segment;
  }

  /** Hands over what is left; returns the length of the whole file. */
  long end() {
    long length = file.position();
    file.end(full -> {});
    return length;
  }
}
