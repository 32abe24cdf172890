package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Invariant;
import io.headrace.queue.QueueMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The segment of bodies that a snapshot copies forward, out of segments with little else left. Its
 * file was made as large as they can be at most, so that a full disk cannot stop it half-way. The
 * loop only gives each body its new place; the journal's thread copies from file to file, and
 * forces; only then the loop counts on the copies.
 */
final class BodyCopies {
  /** "HBDY" in the order of bytes on disk: begins a body. */
  static final int MAGIC = 0x5944_4248;

  /** Bytes before a body: magic, CRC32C of the rest, job, length, CRC32C of the body. */
  static final int RECORD_HEADER_BYTES = 24;

  static final int CHECKED_FROM = 8;

  /** Lists under way with which the walk pauses. */
  static final int WALK_LISTS = 4;

  /** Lists under way, since jobs change before the walk reaches them, that end it. */
  static final int LISTS_MAX = 64;

  private final Lane chores;
  private final Mailbox mailbox;
  private final BodyStore bodies;
  private final Ledger ledger;
  private final Segment segment;
  private final DiskFile file;

  /** Only used on the journal's thread. */
  private final BodyFiles sources;

  private final ArrayDeque<BodyMoves> copied = new ArrayDeque<>();
  private BodyMoves filling = new BodyMoves(SegmentHeader.BYTES);
  private long position = SegmentHeader.BYTES;
  private int underWay;
  private boolean diskFull;
  private Optional<DamagedBodyException> damage = Optional.empty();

  BodyCopies(
      Lane chores,
      Mailbox mailbox,
      Disk disk,
      BodyStore bodies,
      Ledger ledger,
      Segment segment,
      DiskFile file) {
    this.chores = chores;
    this.mailbox = mailbox;
    this.bodies = bodies;
    this.ledger = ledger;
    this.segment = segment;
    this.file = file;
    sources = new BodyFiles(disk, BodyFiles.COPY_WINDOW_BYTES);
    chores.run("beginning " + segment.name, this::writeHeader);
  }

  private void writeHeader() throws IOException {
    var header = ByteBuffer.allocateDirect(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    new SegmentHeader(SegmentHeader.BODIES, SegmentHeader.VERSION, segment.number, 0, 0)
        .write(header);
    try {
      file.write(header.flip(), 0);
    } catch (DiskFullException e) {
      mailbox.post(() -> diskFull = true);
    }
  }

  /** Has a body copied here; returns the place where it will be. */
  long copy(long job, long from, int bytes, int crc32c) {
    if (filling.isFull()) {
      handOver();
    }
    long to = Location.ofBodies(segment.number, position + RECORD_HEADER_BYTES);
    filling.add(job, from, to, bytes, crc32c);
    position += BodyMoves.recordBytes(bytes);
    Invariant.check(position <= segment.fileBytes, "bodies copied forward have their room");
    return to;
  }

  private void handOver() {
    BodyMoves moves = filling;
    filling = new BodyMoves(position);
    underWay++;
    chores.run("copying bodies to " + segment.name, () -> copy(moves));
  }

  private void copy(BodyMoves moves) throws IOException {
    try {
      moves.copy(sources, file);
      file.force();
      mailbox.post(() -> {
        underWay--;
        copied.add(moves);
      });
    } catch (DiskFullException e) {
      mailbox.post(() -> {
        underWay--;
        diskFull = true;
      });
    } catch (DamagedBodyException e) {
      mailbox.post(() -> {
        underWay--;
        damage = Optional.of(e);
      });
    }
  }

  boolean isShort() {
    return underWay >= WALK_LISTS;
  }

  boolean isExhausted() {
    return underWay >= LISTS_MAX;
  }

  /** Some file systems find out only while they write that there is no room. */
  boolean isDiskFull() {
    return diskFull;
  }

  /** A body that could not be copied, since it is not what was put. */
  Optional<DamagedBodyException> damage() {
    return damage;
  }

  /** Finds the next bodies that were copied at their new places. */
  void settle(QueueMachine machine) {
    while (!copied.isEmpty()) {
      BodyMoves moves = copied.remove();
      for (int i = 0; i < moves.count(); i++) {
        move(machine, moves, i);
      }
    }
  }

  private void move(QueueMachine machine, BodyMoves moves, int at) {
    long ref = machine.bodyRef(moves.job(at));
    if (ref == BodyStore.NONE) {
      return; // The job has ended meanwhile.
    }
    int bytes = moves.bytes(at);
    long from = moves.from(at);
    Invariant.check(bodies.location(ref, bytes) == from, "only a snapshot moves bodies");
    ledger.moved(from, segment, bytes);
    if (Body.isSpilled(ref)) {
      machine.moveBody(moves.job(at), SlabBodyStore.spilledRef(moves.to(at)));
    } else {
      bodies.locate(ref, bytes, moves.to(at));
    }
  }

  Segment segment() {
    return segment;
  }

  /** Hands over what is left, and has the file forced and closed behind it. */
  void end() {
    if (!filling.isEmpty()) {
      handOver();
    }
    long length = position;
    ledger.resized(segment, length);
    chores.run(
        "forcing " + segment.name,
        () -> {
          sources.close();
          try {
            file.truncate(length);
            file.force();
          } catch (DiskFullException e) {
            // What was copied is forced; the file only keeps the zeros at its end.
          }
          file.close();
        });
  }

  /**
   * Once everything is settled. Where no copy lives, this snapshot still names those that there
   * are, and no later one does.
   */
  void close(long index) {
    if (segment.cleanFrom == Long.MAX_VALUE && segment.liveBytes == 0) {
      segment.cleanFrom = position == SegmentHeader.BYTES ? index : index + 1;
    }
  }
}
