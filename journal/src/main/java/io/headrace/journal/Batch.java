package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Invariant;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The entries that go to disk together: a header and their records. Reused. Bodies from {@link
 * #GATHERED_BODY_BYTES_MIN} on are not copied here but written straight from where they lie.
 */
final class Batch {
  /** Size of the buffer in the steady state, in bytes. */
  static final int BUFFER_BYTES = 1 << 20;

  /** A buffer that had to grow beyond this is given back after its batch, in bytes. */
  static final int KEPT_BUFFER_BYTES_MAX = 8 << 20;

  static final int GATHERED_BODY_BYTES_MIN = 64 << 10;

  /** Bytes of a record before its fields: CRC32C, length of what is not the body, kind, zero. */
  static final int RECORD_HEADER_BYTES = 8;

  private static final int RECORD_BYTES_MAX =
      RECORD_HEADER_BYTES + 10 + CommandCodec.FIELDS_BYTES_MAX;

  private static final int SCRATCH_BYTES = 256 << 10;

  private final BodyStore bodies;
  private final BatchHeader header = new BatchHeader();
  private final CRC32C crc = new CRC32C();

  /** The collector's to free, so that a log which is only forgotten gives it back too. */
  private final ByteBuffer steady = memory(Arena.ofAuto(), BUFFER_BYTES);

  /** Of a buffer that had to be larger. */
  private Optional<Arena> grown = Optional.empty();

  /** Where a record is made: many small writes, which cost less in the heap. */
  private final ByteBuffer record =
      ByteBuffer.allocate(RECORD_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);

  private ByteBuffer buffer = steady;
  private ByteBuffer view = buffer.duplicate();
  private ByteBuffer scratch = ByteBuffer.allocate(0);

  private int entries;
  private long firstIndex;
  private long baseStampNs;
  private boolean forced;
  private boolean mark;

  /** Bytes of bodies that are not in the buffer. */
  private long gatheredBytes;

  /** The bodies of this batch's puts: where they lie, and where in the batch. */
  private long[] bodyRefs = new long[64];

  private int[] bodyBytes = new int[64];
  private long[] bodyPlaces = new long[64];
  private int bodyCount;

  /** Which of them are gathered, and at which place of the buffer. */
  private int[] gathered = new int[4];

  private int[] gatheredAt = new int[4];
  private int gatheredCount;

  Batch(BodyStore bodies) {
    this.bodies = bodies;
    buffer.position(BatchHeader.BYTES);
  }

  private static ByteBuffer memory(Arena arena, int bytes) {
    return arena.allocate(bytes, 64).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  boolean isEmpty() {
    return entries == 0 && !mark;
  }

  /** Whether a reply to one of its entries must wait until the batch is forced. */
  boolean mustBeForced() {
    return forced;
  }

  boolean isMark() {
    return mark;
  }

  long firstIndex() {
    return firstIndex;
  }

  long lastIndex() {
    return firstIndex + entries - 1;
  }

  /** Bytes on disk, if nothing is added. */
  long length() {
    return BatchHeader.lengthOf(buffer.position() - BatchHeader.BYTES + gatheredBytes);
  }

  /** What a command adds to {@link #length} at most, in bytes. */
  static long bytesMax(Command command) {
    long body = command instanceof Command.WithBody bringing ? bringing.body().bytes() : 0;
    return RECORD_BYTES_MAX + body + BatchHeader.ALIGNMENT;
  }

  void append(long index, long stampNs, Command command) {
    if (entries == 0) {
      firstIndex = index;
      baseStampNs = stampNs;
    }
    Invariant.check(stampNs >= baseStampNs, "time in the log never goes back");
    record.clear().position(RECORD_HEADER_BYTES);
    Varint.put(record, stampNs - baseStampNs);
    CommandCodec.writeFields(record, command);
    int bytes = record.position();
    record.putShort(4, (short) bytes);
    record.put(6, (byte) CommandCodec.kind(command));
    crc.reset();
    crc.update(record.array(), 4, bytes - 4);
    record.putInt(0, (int) crc.getValue());
    if (buffer.remaining() < bytes) {
      grow(bytes);
    }
    buffer.put(record.array(), 0, bytes);
    entries++;
    forced |= CommandCodec.mustBeForced(command);
    if (command instanceof Command.WithBody bringing) {
      append(bringing.body());
    }
  }

  private void append(Body body) {
    int bytes = body.bytes();
    if (bodyCount == bodyRefs.length) {
      bodyRefs = Arrays.copyOf(bodyRefs, 2 * bodyCount);
      bodyBytes = Arrays.copyOf(bodyBytes, 2 * bodyCount);
      bodyPlaces = Arrays.copyOf(bodyPlaces, 2 * bodyCount);
    }
    bodyRefs[bodyCount] = body.ref();
    bodyBytes[bodyCount] = bytes;
    bodyPlaces[bodyCount] = buffer.position() + gatheredBytes;
    if (bytes < GATHERED_BODY_BYTES_MIN) {
      if (buffer.remaining() < bytes) {
        grow(bytes);
      }
      bodies.read(body.ref(), 0, bytes, buffer);
    } else {
      if (gatheredCount == gathered.length) {
        gathered = Arrays.copyOf(gathered, 2 * gatheredCount);
        gatheredAt = Arrays.copyOf(gatheredAt, 2 * gatheredCount);
      }
      gathered[gatheredCount] = bodyCount;
      gatheredAt[gatheredCount++] = buffer.position();
      gatheredBytes += bytes;
    }
    bodyCount++;
  }

  private void grow(int needed) {
    Arena larger = Arena.ofShared();
    Optional<Arena> old = grown;
    long wanted = Math.max(2L * buffer.capacity(), (long) buffer.position() + needed + 64);
    ByteBuffer copy = memory(larger, (int) Math.min(wanted, Integer.MAX_VALUE - 64));
    copy.put(buffer.flip());
    use(Optional.of(larger), copy);
    old.ifPresent(Arena::close);
  }

  private void use(Optional<Arena> arena, ByteBuffer newBuffer) {
    grown = arena;
    buffer = newBuffer;
    view = newBuffer.duplicate();
  }

  /** Makes this empty batch a mark: no entry, only the highest index known forced. */
  void makeMark(long nextIndex, long stampNs) {
    Invariant.check(isEmpty(), "a mark holds no entries");
    mark = true;
    firstIndex = nextIndex;
    baseStampNs = stampNs;
  }

  /**
   * Completes the header, and tells the bodies where they now are. After this nothing is added.
   *
   * @param place where the batch will begin in the segment
   * @param forcedIndex the highest index known forced
   */
  void close(int segment, long place, long forcedIndex) {
    header.recordBytes = (int) (buffer.position() - BatchHeader.BYTES + gatheredBytes);
    header.entries = entries;
    header.firstIndex = firstIndex;
    header.forced = forcedIndex;
    header.baseStampNs = baseStampNs;
    header.segment = segment;
    header.place = (int) (place / BatchHeader.ALIGNMENT);
    long fill = header.length() - (buffer.position() + gatheredBytes);
    if (buffer.remaining() < fill) {
      grow((int) fill);
    }
    for (long i = 0; i < fill; i++) {
      buffer.put((byte) 0);
    }
    header.write(buffer, view);
    for (int i = 0; i < bodyCount; i++) {
      bodies.locate(bodyRefs[i], bodyBytes[i], Location.of(segment, place + bodyPlaces[i]));
    }
  }

  int bodyCount() {
    return bodyCount;
  }

  int bodyBytes(int body) {
    return bodyBytes[body];
  }

  /** Writes the closed batch. The batch is as it was, so that a failed write can be repeated. */
  void write(DiskFile file, long place) throws IOException {
    long at = place;
    int from = 0;
    for (int i = 0; i < gatheredCount; i++) {
      at += writeBuffer(file, from, gatheredAt[i], at);
      from = gatheredAt[i];
      at += writeBody(file, gathered[i], at);
    }
    writeBuffer(file, from, buffer.position(), at);
  }

  private int writeBuffer(DiskFile file, int from, int to, long at) throws IOException {
    if (to > from) {
      file.write(view.clear().limit(to).position(from), at);
    }
    return to - from;
  }

  private int writeBody(DiskFile file, int body, long at) throws IOException {
    if (scratch.capacity() == 0) {
      scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    }
    int bytes = bodyBytes[body];
    for (int done = 0; done < bytes; done += scratch.limit()) {
      scratch.clear();
      bodies.read(bodyRefs[body], done, Math.min(bytes - done, scratch.capacity()), scratch);
      scratch.flip();
      file.write(scratch.duplicate(), at + done);
    }
    return bytes;
  }

  /** Empties the batch for the next entries. */
  void reset() {
    if (buffer.capacity() > KEPT_BUFFER_BYTES_MAX) {
      free();
    }
    buffer.clear().position(BatchHeader.BYTES);
    entries = 0;
    forced = false;
    mark = false;
    gatheredBytes = 0;
    gatheredCount = 0;
    bodyCount = 0;
  }

  /** Gives the memory back. */
  void free() {
    Optional<Arena> old = grown;
    use(Optional.empty(), steady);
    old.ifPresent(Arena::close);
  }
}
