package io.headrace.simulator;

import io.headrace.journal.Disk;
import io.headrace.journal.DiskFile;
import io.headrace.journal.DiskFullException;
import io.headrace.queue.Body;
import io.headrace.simulator.DiskFaults.Fate;
import io.headrace.simulator.DiskFaults.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory in memory that loses at a crash any subset of what was not forced: of the 4 KiB pages
 * of files, and of the creations, renames and removals. Outlives the server that uses it.
 */
final class FakeDisk implements Disk {
  /** What a crash may undo, one change of the directory each. */
  private record Change(String removed, String added, FakeInode inode) {}

  private static final String NONE = "";

  private final SplittableRandom random;
  private TreeMap<String, FakeInode> live = new TreeMap<>();
  private TreeMap<String, FakeInode> durable = new TreeMap<>();
  private final List<Change> unforced = new ArrayList<>();
  private DiskFaults faults = DiskFaults.NONE;
  private long capacityBytes = Long.MAX_VALUE;
  private boolean crashed;

  /** Counts how often the machine was started on it: handles of earlier starts are dead. */
  private int start;

  private long operations;
  private long changes;
  private String lastOperation = "none";
  private final TreeSet<String> everNamed = new TreeSet<>();

  FakeDisk(SplittableRandom random) {
    this.random = random;
  }

  void faults(DiskFaults next) {
    faults = next;
  }

  void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  boolean isCrashed() {
    return crashed;
  }

  /** How many operations there were. */
  long operations() {
    return operations;
  }

  /** How many of them could have changed the disk. */
  long changes() {
    return changes;
  }

  String lastOperation() {
    return lastOperation;
  }

  long usedBytes() {
    return live.values().stream().mapToLong(FakeInode::allocatedBytes).sum();
  }

  /** The bytes of a file, without asking for faults. */
  byte[] bytesOf(String name) throws IOException {
    return find(name).bytes();
  }

  /** The bytes of a body that is not in memory, without asking for faults. */
  byte[] bodyOf(Body body) {
    int offset = (int) body.ref();
    try {
      return Arrays.copyOfRange(bytesOf(fileOf(body)), offset, offset + body.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that a body which is not in memory lies in, at the lower half of its reference. */
  String fileOf(Body body) {
    long location = body.ref() & ~Body.SPILLED;
    long number = location >>> 32 & Integer.MAX_VALUE;
    return String.format("%012d%s", number, location < 0 ? ".bodies" : ".seg");
  }

  /** All names, without asking for faults. */
  List<String> names() {
    return List.copyOf(live.keySet());
  }

  void flip(String name, int position, int mask) throws IOException {
    find(name).flip(position, mask);
  }

  /** The power failed: what was not forced is lost or kept, each by chance. The disk goes on. */
  void losePower() {
    double kept = random.nextInt(4) / 3.0;
    for (Change change : unforced) {
      if (random.nextDouble() < kept) {
        if (!change.removed.equals(NONE)) {
          durable.remove(change.removed);
        }
        if (!change.added.equals(NONE)) {
          durable.put(change.added, change.inode);
        }
      }
    }
    unforced.clear();
    for (FakeInode inode : durable.values()) {
      inode.crash(random);
    }
    live = new TreeMap<>(durable);
    restart();
  }

  /** The process was killed: what it wrote is there, in the page cache. The disk goes on. */
  void loseProcess() {
    restart();
  }

  private void restart() {
    crashed = false;
    start++;
  }

  /** A disk of the same files, all forced, which breaks apart from this one. */
  FakeDisk copy(SplittableRandom chance) {
    FakeDisk copy = new FakeDisk(chance);
    live.forEach((name, inode) -> copy.live.put(name, inode.copy()));
    copy.durable = new TreeMap<>(copy.live);
    return copy;
  }

  /** Counts an operation, and fails or crashes where its fate says so. */
  private Fate fate(Operation operation, String name) throws IOException {
    if (crashed) {
      throw new SimulatedCrash("the machine has stopped");
    }
    operations++;
    if (operation.changes()) {
      changes++;
    }
    lastOperation = operation + " " + name + " (operation " + operations + ")";
    Fate fate = faults.fateOf(operation, name);
    if (fate == Fate.CRASHES) {
      crashed = true;
    }
    return fate;
  }

  /** For operations that are done whole or not at all. */
  private void begin(Operation operation, String name) throws IOException {
    Fate fate = fate(operation, name);
    if (fate == Fate.CRASHES && random.nextBoolean()) {
      throw crash();
    }
    failIf(fate);
  }

  private void failIf(Fate fate) throws IOException {
    switch (fate) {
      case FAILS -> throw new IOException("Input/output error (simulated)");
      case FULL -> throw full();
      case DONE, CRASHES -> {}
    }
  }

  /** Where a crash that waits for the end of the operation takes place. */
  private void end() {
    if (crashed) {
      throw crash();
    }
  }

  private SimulatedCrash crash() {
    return new SimulatedCrash("crash at " + lastOperation);
  }

  private static DiskFullException full() {
    return new DiskFullException(
        "No space left on device (simulated)", new IOException("No space left on device"));
  }

  /** Whether something may fail. */
  boolean isFaulty() {
    return !faults.equals(DiskFaults.NONE);
  }

  /** Every name that a file ever had. */
  Set<String> everNamed() {
    return Collections.unmodifiableSet(everNamed);
  }

  private FakeInode find(String name) throws NoSuchFileException {
    FakeInode inode = live.get(name);
    if (inode == null) {
      throw new NoSuchFileException(name);
    }
    return inode;
  }

  @Override
  public List<String> list() throws IOException {
    begin(Operation.LIST, NONE);
    end();
    return names();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    begin(Operation.CREATE, name);
    if (live.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    FakeInode inode = new FakeInode();
    live.put(name, inode);
    everNamed.add(name);
    unforced.add(new Change(NONE, name, inode));
    end();
    return new Handle(name, inode);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    begin(Operation.OPEN, name);
    end();
    return new Handle(name, find(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    begin(Operation.RENAME, from);
    FakeInode inode = find(from);
    live.remove(from);
    live.put(to, inode);
    everNamed.add(to);
    unforced.add(new Change(from, to, inode));
    end();
  }

  @Override
  public void delete(String name) throws IOException {
    begin(Operation.DELETE, name);
    FakeInode inode = find(name);
    live.remove(name);
    unforced.add(new Change(name, NONE, inode));
    end();
  }

  @Override
  public void forceDirectory() throws IOException {
    begin(Operation.FORCE_DIRECTORY, NONE);
    durable = new TreeMap<>(live);
    unforced.clear();
    end();
  }

  @Override
  public long freeBytes() {
    return Math.max(0, capacityBytes - usedBytes());
  }

  @Override
  public String describe() {
    return "fake-disk";
  }

  @Override
  public void close() {
    // Nothing is locked.
  }

  /** An open file. */
  private final class Handle implements DiskFile {
    private final String name;
    private final FakeInode inode;
    private final int openedIn = start;
    private boolean closed;

    Handle(String name, FakeInode inode) {
      this.name = name;
      this.inode = inode;
    }

    private void check() {
      if (openedIn != start) {
        throw new SimulatedCrash("a file of an earlier start is used");
      }
      Violation.unless(!closed, "%s is used after it was closed", name);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      check();
      byte[] bytes = new byte[from.remaining()];
      from.get(from.position(), bytes);
      Fate fate = fate(Operation.WRITE, name + " at " + position + " + " + bytes.length);
      int wanted = fate == Fate.DONE ? bytes.length : random.nextInt(bytes.length + 1);
      int written = fitting((int) position, wanted);
      inode.write(bytes, 0, written, (int) position);
      from.position(from.position() + written);
      end();
      failIf(fate);
      if (written < wanted) {
        throw full();
      }
    }

    /** How many bytes of a write find room. */
    private int fitting(int position, int bytes) {
      long free = freeBytes() / FakeInode.PAGE_BYTES;
      int written = bytes;
      while (written > 0 && inode.pagesFor(position, written) > free) {
        int over = (position + written) % FakeInode.PAGE_BYTES;
        written = Math.max(0, written - (over == 0 ? FakeInode.PAGE_BYTES : over));
      }
      return written;
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      check();
      begin(Operation.READ, name);
      byte[] bytes = new byte[to.remaining()];
      int read = inode.read(bytes, (int) position);
      to.put(bytes, 0, read);
      end();
      return read;
    }

    @Override
    public void force() throws IOException {
      check();
      Fate fate = fate(Operation.FORCE, name);
      switch (fate) {
        case DONE -> inode.force();
        case CRASHES -> {
          if (random.nextBoolean()) {
            inode.force();
          }
        }
        case FAILS, FULL -> inode.forceFailed();
      }
      end();
      failIf(fate);
    }

    @Override
    public long size() {
      check();
      return inode.size();
    }

    @Override
    public void truncate(long bytes) throws IOException {
      check();
      begin(Operation.TRUNCATE, name);
      inode.truncate((int) bytes);
      end();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
