package io.headrace.server.captures;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The last bytes that went one way, each read or send as a record with its time: four bytes of
 * length and a flag, eight of time, then the bytes, filled up to a multiple of four. Grows with
 * what comes, up to its limit and as far as the budget allows; then the oldest bytes make room, an
 * eighth of the ring at a time.
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

  /** The share of the ring that is given up at once: to look at the oldest each time costs more. */
  private static final int SHARE = 8;

  /** Records begin at multiples of four, so that none of their numbers is cut by the ring's end. */
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

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
    this.maxBytes = maxBytes & -4;
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
    int room = size(kept);
    if (room > ring.length - used) {
      makeRoom(room);
    }
    int at = wrap(head + used);
    putHeader(at, nanos, kept, begins && kept == length);
    int start = wrap(at + HEADER_BYTES);
    int first = Math.min(kept, ring.length - start);
    int source = index + length - kept;
    from.getBytes(source, ring, start, first);
    if (first < kept) {
      from.getBytes(source + first, ring, 0, kept - first);
    }
    used += room;
  }

  /** What a record of so many bytes takes. */
  private static int size(int length) {
    return HEADER_BYTES + ((length + 3) & -4);
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
    int missing = Math.max(bytes, ring.length / SHARE) - (ring.length - used);
    while (missing > 0) {
      int length = length(head);
      int cut = (missing + 3) & -4;
      if (cut < length) {
        long nanos = nanos(head);
        head = wrap(head + cut);
        used -= cut;
        putHeader(head, nanos, length - cut, /* begins= */ false);
        return;
      }
      head = wrap(head + size(length));
      used -= size(length);
      missing -= size(length);
    }
  }

  /** What is left, the oldest first. */
  List<Chunk> chunks(boolean received, long wallMinusNanos) {
    return chunks(received, wallMinusNanos, Integer.MAX_VALUE);
  }

  /** The last so many bytes of what is left, likewise; only those are copied. */
  List<Chunk> chunks(boolean received, long wallMinusNanos, int lastBytes) {
    var chunks = new ArrayList<Chunk>();
    int left = used;
    int at = head;
    long offset = total - keptBytes();
    while (left > 0) {
      int length = length(at);
      int skipped = Math.clamp(total - lastBytes - offset, 0, length);
      if (skipped < length) {
        byte[] bytes = new byte[length - skipped];
        copyOut(wrap(at + HEADER_BYTES + skipped), bytes, 0, bytes.length);
        boolean begins = begins(at) && skipped == 0;
        long timeNs = nanos(at) + wallMinusNanos;
        chunks.add(new Chunk(received, timeNs, offset + skipped, begins, bytes));
      }
      offset += length;
      left -= size(length);
      at = wrap(at + size(length));
    }
    return chunks;
  }

  private long keptBytes() {
    long kept = 0;
    int at = head;
    for (int left = used; left > 0; ) {
      int length = length(at);
      kept += length;
      left -= size(length);
      at = wrap(at + size(length));
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
    INTS.set(ring, at, begins ? length | BEGINS : length);
    INTS.set(ring, wrap(at + 4), (int) (nanos >>> 32));
    INTS.set(ring, wrap(at + 8), (int) nanos);
  }

  private int number(int at) {
    return (int) INTS.get(ring, at);
  }

  private long nanos(int at) {
    return (long) number(wrap(at + 4)) << 32 | (number(wrap(at + 8)) & 0xffff_ffffL);
  }

  private int length(int at) {
    return number(at) & ~BEGINS;
  }

  private boolean begins(int at) {
    return (number(at) & BEGINS) != 0;
  }
}
