package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Effects;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import io.headrace.queue.UnheardEffects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a machine to the state that the files hold: the newest good snapshot, then the entries
 * after it. Refuses what is corrupt, cuts a torn tail, and says so.
 */
final class Recovery implements SegmentReader.Visitor {
  private static final long PROGRESS_BYTES = 64 << 20;

  /** Ends the name of a snapshot that was set aside. */
  static final String DAMAGED = ".damaged";

  private final Disk disk;
  private final BodyStore bodies;
  private final QueueMachine machine;
  private final RecoveryListener listener;
  private final Effects effects;
  private final Ledger ledger;
  private final JournalFiles files;
  private final List<Housekeeper.Kept> snapshots = new ArrayList<>();

  /** Names of snapshots that could not be read. */
  private final List<String> damaged = new ArrayList<>();

  private boolean hasSpareSnapshot;
  private long covered;
  private long replayed;
  private long logBytesAfterSnapshot;
  private long doneBytes;
  private long toldBytes;
  private long ofBytes;
  private long marked;
  private long lastIndex;
  private final List<LogScan.Scanned> scanned = new ArrayList<>();
  private Optional<LogScan.End.Torn> torn = Optional.empty();

  Recovery(
      Disk disk, BodyStore bodies, Ledger ledger, QueueMachine machine, RecoveryListener listener)
      throws IOException {
    this.ledger = ledger;
    this.disk = disk;
    this.bodies = bodies;
    this.machine = machine;
    this.listener = listener;
    effects = new Freeing(bodies);
    files = JournalFiles.list(disk);
    hasSpareSnapshot = files.hasSpareSnapshot();
  }

  /** Refuses a file that another version of the program wrote. */
  static void requireVersion(Disk disk, String name, SegmentHeader header) {
    if (header.version() != SegmentHeader.VERSION) {
      throw new JournalException(
          disk.describe()
              + "/"
              + name
              + " has format "
              + header.version()
              + ", and this headrace writes format "
              + SegmentHeader.VERSION
              + ": start the headrace that wrote it, or choose another data directory");
    }
  }

  void run() throws IOException {
    requireVersions();
    for (String name : files.unfinished()) {
      disk.delete(name);
    }
    for (int number : files.log()) {
      Segment segment = new Segment(false, number, size(FileNames.log(number)));
      ledger.add(segment);
      ofBytes += segment.fileBytes;
    }
    for (int number : files.bodies()) {
      ledger.add(new Segment(true, number, size(FileNames.bodies(number))));
    }
    loadSnapshot();
    LogScan scan = new LogScan(disk, files, covered, this, this::progress);
    LogScan.End end = scan.run();
    scanned.addAll(scan.scanned());
    lastIndex = Math.max(scan.lastIndex(), covered);
    marked = scan.marked();
    switch (end) {
      case LogScan.End.Clean _ -> {}
      case LogScan.End.Corrupt corrupt -> throw refusal(corrupt);
      case LogScan.End.Torn cut -> {
        torn = Optional.of(cut);
        findSpares(cut);
      }
    }
    setDamagedAside();
    // Files that a killed process made may be found by names that are not durable yet.
    disk.forceDirectory();
    removeSurplusSnapshots();
    settleLedger();
    tell();
  }

  /** Once the torn tail is cut, the segments behind it hold only zeros: they are the reserve. */
  private void findSpares(LogScan.End.Torn cut) {
    int firstCut = cut.cutFrom() == 0 ? cut.segment() : cut.segment() + 1;
    scanned.removeIf(found -> found.number() >= firstCut);
    for (Segment segment : ledger.log()) {
      if (segment.number >= firstCut) {
        scanned.add(LogScan.Scanned.unused(segment.number, segment.fileBytes));
      }
    }
  }

  /** An older snapshot may still refer to what is not live now. */
  private void settleLedger() {
    List<Segment> unused = new ArrayList<>(ledger.log());
    for (LogScan.Scanned found : scanned) {
      Segment segment = ledger.segment(Location.of(found.number(), 0));
      segment.firstIndex = found.firstIndex();
      segment.lastIndex = found.lastIndex();
      if (!found.unused()) {
        unused.remove(segment);
      }
    }
    ledger.remove(unused);
    ledger.log().forEach(segment -> segment.cleanFrom = lastIndex);
    ledger.bodies().forEach(segment -> segment.cleanFrom = lastIndex);
  }

  private long size(String name) throws IOException {
    try (DiskFile file = disk.open(name)) {
      return file.size();
    }
  }

  private void requireVersions() throws IOException {
    List<String> names = new ArrayList<>();
    files.log().forEach(number -> names.add(FileNames.log(number)));
    files.bodies().forEach(number -> names.add(FileNames.bodies(number)));
    files.snapshots().forEach(index -> names.add(FileNames.snapshot(index)));
    ByteBuffer start = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      try (DiskFile file = disk.open(name)) {
        start.clear();
        if (file.read(start, 0) == SegmentHeader.BYTES) {
          requireVersion(disk, name, SegmentHeader.read(start, 0));
        }
      } catch (MalformedException e) {
        // Unused, or damaged: what that means is decided where the file is needed.
      }
    }
  }

  private JournalException refusal(LogScan.End.Corrupt corrupt) {
    return new JournalException(
        disk.describe()
            + "/"
            + FileNames.log(corrupt.segment())
            + " at byte "
            + corrupt.offset()
            + ": "
            + corrupt.reason()
            + ". Entries "
            + corrupt.index()
            + " to "
            + corrupt.forced()
            + " were forced to the disk and are damaged or missing. Those before are intact:"
            + " 'headrace journal verify' shows them, 'headrace journal repair' cuts what follows");
  }

  private void loadSnapshot() throws IOException {
    List<Long> indexes = files.snapshots();
    for (int i = indexes.size() - 1; i >= 0 && covered == 0; i--) {
      long index = indexes.get(i);
      String name = FileNames.snapshot(index);
      try (SnapshotReader reader = new SnapshotReader(disk.open(name), index)) {
        long records = reader.check();
        ofBytes += reader.size();
        restore(reader, name, records);
        covered = index;
        snapshots.add(new Housekeeper.Kept(index, reader.size()));
        doneBytes += reader.size();
        for (int older = i - 1; older >= 0 && snapshots.size() < 2; older--) {
          snapshots.addFirst(
              new Housekeeper.Kept(
                  indexes.get(older), size(FileNames.snapshot(indexes.get(older)))));
        }
      } catch (MalformedException e) {
        damaged.add(name);
        listener.notice(
            disk.describe()
                + "/"
                + name
                + ": "
                + e.reason()
                + ". The snapshot before it is used, or the whole log; where that works, it is set"
                + " aside as "
                + name
                + DAMAGED);
      }
    }
  }

  /**
   * Only once the log was found good: until then the name is evidence of what was forced, also for
   * the next start.
   */
  private void setDamagedAside() throws IOException {
    for (String name : damaged) {
      disk.rename(name, name + DAMAGED);
    }
  }

  /** A crash between naming a snapshot and removing the third newest leaves that one behind. */
  private void removeSurplusSnapshots() throws IOException {
    for (long index : files.snapshots()) {
      String name = FileNames.snapshot(index);
      if (snapshots.isEmpty() || index >= snapshots.getFirst().index()) {
        return;
      }
      if (hasSpareSnapshot) {
        disk.delete(name);
      } else {
        disk.rename(name, FileNames.SPARE_SNAPSHOT);
        hasSpareSnapshot = true;
      }
    }
  }

  private void restore(SnapshotReader reader, String name, long records) throws IOException {
    try (BodyFiles bodyFiles = new BodyFiles(disk, BodyFiles.LOAD_WINDOW_BYTES)) {
      reader.read(record ->
          machine.restore(
              record, (job, location, bytes, crc) -> load(bodyFiles, job, location, bytes, crc)));
      machine.restored();
    } catch (IllegalArgumentException e) {
      throw new JournalException(
          disk.describe()
              + "/"
              + name
              + ": its "
              + records
              + " records are intact but make no"
              + " sense: "
              + e.getMessage(),
          e);
    }
  }

  private void progress(int segment, long bytes, BatchHeader header) {
    doneBytes += bytes;
    if (header.lastIndex() > covered) {
      logBytesAfterSnapshot += bytes;
    }
    if (doneBytes - toldBytes >= PROGRESS_BYTES) {
      tell();
    }
  }

  private void tell() {
    toldBytes = doneBytes;
    QueueView totals = machine.totals();
    long jobs = totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
    listener.progress(doneBytes, Math.max(doneBytes, ofBytes), replayed, jobs);
  }

  private long load(BodyFiles bodyFiles, long job, long location, int bytes, int crc32c) {
    ledger.found(location, bytes);
    if (bodies.isCrowded()) {
      return SlabBodyStore.spilledRef(location);
    }
    long ref = allocate(bytes);
    var filled = new BodyFilling(bodies, ref);
    try {
      bodyFiles.read(job, location, bytes, crc32c, filled::put);
    } catch (DamagedBodyException e) {
      throw new JournalException(e.reason(), e);
    } catch (IOException e) {
      throw new JournalException(String.valueOf(e.getMessage()), e);
    }
    bodies.locate(ref, bytes, location);
    return ref;
  }

  private long allocate(int bytes) {
    long ref = bodies.allocateAnyway(bytes);
    if (ref == BodyStore.NONE) {
      throw new JournalException(
          "there is no memory for a body of " + bytes + " bytes; start with a larger limit");
    }
    return ref;
  }

  @Override
  public void entry(long index, long stampNs, Command command, long location, FileWindow window)
      throws IOException {
    Command placed = command;
    if (command instanceof Command.WithBody bringing) {
      Body body = bringing.body();
      long ref = place(location, body.bytes(), window);
      placed = bringing.withBody(new Body(ref, body.bytes(), body.crc32c()));
    }
    machine.apply(stampNs, placed, effects);
    replayed++;
  }

  private long place(long location, int bytes, FileWindow window) throws IOException {
    ledger.found(location, bytes);
    if (bodies.isCrowded()) {
      return SlabBodyStore.spilledRef(location);
    }
    long ref = allocate(bytes);
    var filled = new BodyFilling(bodies, ref);
    for (int done = 0; done < bytes; done = filled.done()) {
      filled.put(window.piece(Location.offset(location) + done, bytes - done));
    }
    bodies.locate(ref, bytes, location);
    return ref;
  }

  /** The snapshots that are kept, newest last. */
  List<Housekeeper.Kept> snapshots() {
    return snapshots;
  }

  /** Whether there is room kept for the next snapshot. */
  boolean hasSpareSnapshot() {
    return hasSpareSnapshot;
  }

  JournalFiles files() {
    return files;
  }

  List<LogScan.Scanned> scanned() {
    return scanned;
  }

  Optional<LogScan.End.Torn> torn() {
    return torn;
  }

  long lastIndex() {
    return lastIndex;
  }

  /** The highest forced index that the log itself names. */
  long marked() {
    return marked;
  }

  /** Bytes of the log that the snapshot does not hold. */
  long logBytesAfterSnapshot() {
    return logBytesAfterSnapshot;
  }

  /** Effects of the past, of which only one counts: bodies are freed. */
  private static final class Freeing extends UnheardEffects {
    private final BodyStore bodies;

    Freeing(BodyStore bodies) {
      this.bodies = bodies;
    }

    @Override
    public void bodyFreed(long bodyRef, int bodyBytes) {
      bodies.free(bodyRef, bodyBytes);
    }
  }
}
