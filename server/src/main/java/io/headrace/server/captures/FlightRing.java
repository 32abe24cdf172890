package io.headrace.server.captures;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The last bytes that went one way, each read or send as a record with its time: eight bytes of
 * time, four of length and a flag, then the bytes. Grows with what comes, up to its limit and as
 * far as the budget allows; then the oldest bytes make room.
 *
 * <p>Nothing is allocated once it has its size.
 */
final class FlightRing {
  /** What the first bytes take at least, in bytes. */
  static final int START_BYTES = 256;

  /** What a record takes beside its bytes, in bytes. */
  static final int HEADER_BYTES = 12;

  /** Marks a record whose first byte begins a request or a reply. */
  private static final int BEGINS = 1 << 31;

  private static final byte[] NOTHING = new byte[0];

  private final RingBudget budget;
  private final int maxBytes;
  private byte[] ring = NOTHING;

  /** Where the oldest record begins. */
  private int head;

  private int used;
  private long total;
  private boolean fellShort;

  FlightRing(RingBudget budget, int maxBytes) {
    this.budget = budget;
    this.maxBytes = maxBytes;
  }

  /** How many bytes ever went this way. */
  long total() {
    return total;
  }

  /** Copies {@code length} bytes from {@code index} on, or the last of them that fit. */
  void add(ByteBuf from, int index, int length, boolean begins, long nanos) {
    total += length;
    if (used + HEADER_BYTES + length > ring.length && ring.length < maxBytes) {
      grow(used + HEADER_BYTES + length);
    }
    int kept = Math.min(length, ring.length - HEADER_BYTES);
    if (kept <= 0) {
      return;
    }
    makeRoom(HEADER_BYTES + kept);
    int at = wrap(head + used);
    putHeader(at, nanos, kept, begins && kept == length);
    int start = wrap(at + HEADER_BYTES);
    int first = Math.min(kept, ring.length - start);
    int source = index + length - kept;
    from.getBytes(source, ring, start, first);
    from.getBytes(source + first, ring, 0, kept - first);
    used += HEADER_BYTES + kept;
  }

  private void grow(int neededBytes) {
    int wanted = Math.max(START_BYTES, ring.length);
    while (wanted < neededBytes && wanted < maxBytes) {
      wanted *= 2;
    }
    wanted = Math.min(wanted, maxBytes);
    if (!budget.take(wanted - ring.length)) {
      if (!fellShort) {
        fellShort = true;
        budget.fellShort();
      }
      return;
    }
    byte[] larger = new byte[wanted];
    copyOut(head, larger, 0, used);
    ring = larger;
    head = 0;
  }

  private void makeRoom(int bytes) {
    int missing = bytes - (ring.length - used);
    while (missing > 0) {
      int length = length(head);
      if (missing < length) {
        long nanos = nanos(head);
        head = wrap(head + missing);
        used -= missing;
        putHeader(head, nanos, length - missing, /* begins= */ false);
        return;
      }
      head = wrap(head + HEADER_BYTES + length);
      used -= HEADER_BYTES + length;
      missing -= HEADER_BYTES + length;
    }
  }

  /** What is left, the oldest first. */
  List<Chunk> chunks(boolean received, long wallMinusNanos) {
    var chunks = new ArrayList<Chunk>();
    int left = used;
    int at = head;
    long offset = total - keptBytes();
    while (left > 0) {
      byte[] bytes = new byte[length(at)];
      copyOut(wrap(at + HEADER_BYTES), bytes, 0, bytes.length);
      chunks.add(new Chunk(received, nanos(at) + wallMinusNanos, offset, begins(at), bytes));
      offset += bytes.length;
      left -= HEADER_BYTES + bytes.length;
      at = wrap(at + HEADER_BYTES + bytes.length);
    }
    return chunks;
  }

  private long keptBytes() {
    long kept = 0;
    int at = head;
    for (int left = used; left > 0; ) {
      int length = length(at);
      kept += length;
      left -= HEADER_BYTES + length;
      at = wrap(at + HEADER_BYTES + length);
    }
    return kept;
  }

  /** Gives its memory back. */
  void release() {
    budget.give(ring.length);
    ring = NOTHING;
    head = 0;
    used = 0;
  }

  private int wrap(int at) {
    return at >= ring.length ? at - ring.length : at;
  }

  private void copyOut(int from, byte[] to, int at, int bytes) {
    int first = Math.min(bytes, ring.length - from);
    System.arraycopy(ring, from, to, at, first);
    System.arraycopy(ring, 0, to, at + first, bytes - first);
  }

  private void putHeader(int at, long nanos, int length, boolean begins) {
    putInt(at, (int) (nanos >>> 32));
    putInt(at + 4, (int) nanos);
    putInt(at + 8, begins ? length | BEGINS : length);
  }

  private void putInt(int at, int value) {
    ring[wrap(at)] = (byte) (value >>> 24);
    ring[wrap(at + 1)] = (byte) (value >>> 16);
    ring[wrap(at + 2)] = (byte) (value >>> 8);
    ring[wrap(at + 3)] = (byte) value;
  }

  private int getInt(int at) {
    return ring[wrap(at)] << 24
        | (ring[wrap(at + 1)] & 0xff) << 16
        | (ring[wrap(at + 2)] & 0xff) << 8
        | (ring[wrap(at + 3)] & 0xff);
  }

  private long nanos(int at) {
    return (long) getInt(at) << 32 | (getInt(at + 4) & 0xffff_ffffL);
  }

  private int length(int at) {
    return getInt(at + 8) & ~BEGINS;
  }

  private boolean begins(int at) {
    return (getInt(at + 8) & BEGINS) != 0;
  }
}
