package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Invariant;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Bodies in chunks of slots of one size each; those above 64 KiB in memory of their own. A slot
 * begins with 8 bytes for the body's place in the journal.
 *
 * <p>A reference holds the index of the chunk, one more than it is, in its upper half and the
 * slot's offset in its lower half; a body with memory of its own has {@link #OWN_MEMORY} there and
 * its index below.
 *
 * <p>The tables of chunks are volatile: the journal's thread reads bodies too, and must see the
 * entries of a table that has grown since.
 */
final class SlabBodyStore implements BodyStore {
  /** The largest body that gets a slot, in bytes. */
  static final int SLOT_BODY_BYTES_MAX = 64 * 1024;

  /** Empty chunks that are kept for good, for whichever class needs one next: 32 MiB. */
  static final int KEPT_CHUNKS_MAX = 64;

  /** Each {@link #trim} gives back one part of so many of the empty chunks beyond those. */
  static final int TRIMMED_PARTS = 16;

  /** The most that it gives back, in chunks: each is an munmap(2), some 20 microseconds. */
  static final int TRIMMED_CHUNKS_MAX = 64;

  private static final int HEADER_BYTES = 8;
  private static final int OWN_MEMORY = 0x2000_0000;

  private final long budgetBytes;

  /** Beyond this bodies leave memory; the rest of the budget is for what comes. */
  private final long crowdedBytes;

  private long usedBytes;
  private FreedListener freedListener = (location, bytes) -> {};
  private final CRC32C crc = new CRC32C();

  private volatile SlabChunk[] chunks = new SlabChunk[16];
  private int chunkCount;
  private int[] freeIndexes = new int[16];
  private int freeIndexCount;

  /** For each class a chunk with room, the first of a ring of such chunks. */
  private final Optional<SlabChunk>[] withRoom;

  /** Chunks without a body, those emptied first first. */
  private final ArrayDeque<SlabChunk> empty = new ArrayDeque<>();

  private volatile OwnMemory[] own = new OwnMemory[16];
  private int ownCount;
  private int[] freeOwn = new int[16];
  private int freeOwnCount;

  /** The memory of one large body. */
  private record OwnMemory(Arena arena, ByteBuffer memory, ByteBuffer view) {
    static final OwnMemory FREED =
        new OwnMemory(Arena.global(), ByteBuffer.allocate(0), ByteBuffer.allocate(0));

    boolean isFreed() {
      return memory.capacity() == 0;
    }
  }

  SlabBodyStore(long budgetBytes, long bodyBytesMax) {
    this.budgetBytes = budgetBytes;
    crowdedBytes = budgetBytes - Math.clamp(2 * bodyBytesMax, budgetBytes / 8, budgetBytes / 2);
    @SuppressWarnings({"unchecked", "rawtypes"})
    Optional<SlabChunk>[] none = new Optional[SlotSizes.count()];
    Arrays.fill(none, Optional.empty());
    withRoom = none;
  }

  static long spilledRef(long location) {
    return location | Body.SPILLED;
  }

  static long locationOf(long spilledRef) {
    Invariant.check(Body.isSpilled(spilledRef), "a body is not in memory");
    return spilledRef & ~Body.SPILLED;
  }

  @Override
  public boolean isCrowded() {
    return usedBytes > crowdedBytes;
  }

  @Override
  public long allocate(int bytes) {
    boolean fits = usedBytes + memoryFor(bytes) <= budgetBytes;
    return fits ? allocateAnyway(bytes) : NONE;
  }

  private static long memoryFor(int bytes) {
    return bytes > SLOT_BODY_BYTES_MAX
        ? (long) bytes + HEADER_BYTES
        : SlotSizes.bytesOf(SlotSizes.classOf(bytes + HEADER_BYTES));
  }

  @Override
  public long allocateAnyway(int bytes) {
    Invariant.check(bytes >= 0, "a body has no negative length");
    if (bytes > SLOT_BODY_BYTES_MAX) {
      return allocateOwn(bytes);
    }
    int sizeClass = SlotSizes.classOf(bytes + HEADER_BYTES);
    int slotBytes = SlotSizes.bytesOf(sizeClass);
    Optional<SlabChunk> found = withRoom[sizeClass];
    if (found.isEmpty()) {
      found = emptyChunk();
      if (found.isEmpty()) {
        return NONE;
      }
      found.get().cut(sizeClass);
      withRoom[sizeClass] = found;
    }
    SlabChunk chunk = found.get();
    int offset = chunk.take();
    if (chunk.isFull()) {
      leaveRing(chunk);
    }
    chunk.memory.putLong(offset, 0);
    usedBytes += slotBytes;
    return ((long) (chunk.index + 1) << 32) | offset;
  }

  private long allocateOwn(int bytes) {
    long total = (long) bytes + HEADER_BYTES;
    if (total > Integer.MAX_VALUE) {
      return NONE;
    }
    while (mayGiveBack() && usedBytes + emptyBytes() + total > budgetBytes) {
      giveBackOne();
    }
    Arena arena = Arena.ofShared();
    ByteBuffer memory;
    try {
      memory = arena.allocate(total, 8).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      arena.close();
      return NONE;
    }
    int index;
    if (freeOwnCount > 0) {
      index = freeOwn[--freeOwnCount];
    } else {
      index = ownCount++;
      if (index == own.length) {
        own = Arrays.copyOf(own, 2 * index);
      }
    }
    own[index] = new OwnMemory(arena, memory, memory.duplicate());
    usedBytes += total;
    return ((long) OWN_MEMORY << 32) | index;
  }

  private Optional<SlabChunk> emptyChunk() {
    if (!empty.isEmpty()) {
      return empty.removeLast().some;
    }
    int index;
    if (freeIndexCount > 0) {
      index = freeIndexes[--freeIndexCount];
    } else {
      index = chunkCount++;
      if (index == chunks.length) {
        chunks = Arrays.copyOf(chunks, 2 * index);
      }
    }
    try {
      SlabChunk chunk = new SlabChunk(index);
      chunks[index] = chunk;
      return chunk.some;
    } catch (OutOfMemoryError e) {
      keepIndex(index);
      return Optional.empty();
    }
  }

  @Override
  public void trim() {
    int surplus = empty.size() - KEPT_CHUNKS_MAX;
    int some = Math.min((surplus + TRIMMED_PARTS - 1) / TRIMMED_PARTS, TRIMMED_CHUNKS_MAX);
    for (int i = 0; i < some; i++) {
      giveBackOne();
    }
  }

  private boolean mayGiveBack() {
    return empty.size() > KEPT_CHUNKS_MAX;
  }

  private void giveBackOne() {
    SlabChunk chunk = empty.removeFirst();
    chunk.close();
    keepIndex(chunk.index);
  }

  /** Memory of chunks without a body, in bytes. */
  long emptyBytes() {
    return (long) empty.size() * SlabChunk.CHUNK_BYTES;
  }

  private void keepIndex(int index) {
    if (freeIndexCount == freeIndexes.length) {
      freeIndexes = Arrays.copyOf(freeIndexes, 2 * freeIndexCount);
    }
    freeIndexes[freeIndexCount++] = index;
  }

  private void leaveRing(SlabChunk chunk) {
    boolean alone = chunk.after == chunk;
    SlabChunk next = chunk.after;
    chunk.unlink();
    if (alone) {
      withRoom[chunk.sizeClass()] = Optional.empty();
    } else if (withRoom[chunk.sizeClass()].get() == chunk) {
      withRoom[chunk.sizeClass()] = next.some;
    }
  }

  @Override
  public void free(long ref, int bytes) {
    long location = location(ref, bytes);
    if (!Body.isSpilled(ref)) {
      drop(ref, bytes);
    }
    if (location != 0) {
      freedListener.freed(location, bytes);
    }
  }

  @Override
  public void drop(long ref, int bytes) {
    if (isOwn(ref)) {
      freeOwn((int) ref, bytes);
    } else {
      freeSlot(ref, bytes);
    }
  }

  @Override
  public long spill(long ref, int bytes) {
    long location = location(ref, bytes);
    Invariant.check(location != 0, "a body that leaves memory is in the journal");
    drop(ref, bytes);
    return spilledRef(location);
  }

  private void freeOwn(int index, int bytes) {
    OwnMemory freed = own[index];
    Invariant.check(!freed.isFreed(), "a body is freed once");
    own[index] = OwnMemory.FREED;
    freed.arena.close();
    if (freeOwnCount == freeOwn.length) {
      freeOwn = Arrays.copyOf(freeOwn, 2 * freeOwnCount);
    }
    freeOwn[freeOwnCount++] = index;
    usedBytes -= (long) bytes + HEADER_BYTES;
  }

  private void freeSlot(long ref, int bytes) {
    SlabChunk chunk = chunkOf(ref);
    int sizeClass = SlotSizes.classOf(bytes + HEADER_BYTES);
    Invariant.check(chunk.sizeClass() == sizeClass, "a body is freed with its own length");
    boolean wasFull = chunk.isFull();
    chunk.giveBack((int) ref);
    usedBytes -= SlotSizes.bytesOf(sizeClass);
    if (chunk.isEmpty()) {
      if (!wasFull) {
        leaveRing(chunk);
      }
      empty.addLast(chunk);
    } else if (wasFull) {
      if (withRoom[sizeClass].isPresent()) {
        chunk.linkBefore(withRoom[sizeClass].get());
      } else {
        withRoom[sizeClass] = chunk.some;
      }
    }
  }

  private SlabChunk chunkOf(long ref) {
    return chunks[(int) (ref >>> 32) - 1];
  }

  private static boolean isOwn(long ref) {
    return (int) (ref >>> 32) == OWN_MEMORY;
  }

  private ByteBuffer memoryOf(long ref) {
    return isOwn(ref) ? own[(int) ref].memory : chunkOf(ref).memory;
  }

  private static int slotOffset(long ref) {
    return isOwn(ref) ? 0 : (int) ref;
  }

  @Override
  public void write(long ref, int offset, ByteBuffer from) {
    int bytes = from.remaining();
    memoryOf(ref).put(slotOffset(ref) + HEADER_BYTES + offset, from, from.position(), bytes);
    from.position(from.limit());
  }

  @Override
  public void read(long ref, int offset, int bytes, ByteBuffer to) {
    int at = slotOffset(ref) + HEADER_BYTES + offset;
    to.put(to.position(), memoryOf(ref), at, bytes);
    to.position(to.position() + bytes);
  }

  @Override
  public int crc32c(long ref, int bytes) {
    ByteBuffer view = isOwn(ref) ? own[(int) ref].view : chunkOf(ref).view;
    int start = slotOffset(ref) + HEADER_BYTES;
    view.clear().limit(start + bytes).position(start);
    crc.reset();
    crc.update(view);
    return (int) crc.getValue();
  }

  @Override
  public long location(long ref, int bytes) {
    return Body.isSpilled(ref) ? locationOf(ref) : memoryOf(ref).getLong(slotOffset(ref));
  }

  @Override
  public void locate(long ref, int bytes, long location) {
    memoryOf(ref).putLong(slotOffset(ref), location);
  }

  @Override
  public void whenFreed(FreedListener listener) {
    freedListener = listener;
  }

  @Override
  public long usedBytes() {
    return usedBytes;
  }

  @Override
  public long budgetBytes() {
    return budgetBytes;
  }

  @Override
  public void close() {
    for (int i = 0; i < chunkCount; i++) {
      chunks[i].close();
    }
    for (int i = 0; i < ownCount; i++) {
      if (!own[i].isFreed()) {
        own[i].arena.close();
      }
    }
    chunkCount = 0;
    ownCount = 0;
  }
}
