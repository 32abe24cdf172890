package io.headrace.simulator;

/** Decides what becomes of each operation of a {@link FakeDisk}. */
interface DiskFaults {
  /** What becomes of one operation. */
  enum Fate {
    /** It is done. */
    DONE,
    /** It fails with an I/O error; a write may have written some bytes. */
    FAILS,
    /** It fails because the disk is full; a write may have written some bytes. */
    FULL,
    /** The machine stops before, in the middle of, or after it. */
    CRASHES
  }

  /** What a disk can be asked. */
  enum Operation {
    LIST,
    CREATE,
    OPEN,
    RENAME,
    DELETE,
    FORCE_DIRECTORY,
    WRITE,
    READ,
    FORCE,
    TRUNCATE;

    /** Whether a crash before it and a crash after it leave different disks. */
    boolean changes() {
      return switch (this) {
        case LIST, OPEN, READ -> false;
        case CREATE, RENAME, DELETE, FORCE_DIRECTORY, WRITE, FORCE, TRUNCATE -> true;
      };
    }
  }

  /** Nothing ever fails. */
  DiskFaults NONE = (operation, name) -> Fate.DONE;

  /** What becomes of this operation on the file {@code name}. */
  Fate fateOf(Operation operation, String name);

  /** Every operation is done, but the n-th (from 1) that changes the disk crashes. */
  static DiskFaults crashAtChange(int n) {
    int[] seen = {0};
    return (operation, name) -> operation.changes() && ++seen[0] == n ? Fate.CRASHES : Fate.DONE;
  }

  /** Crashes at the n-th operation that changes the disk, and again so many after that. */
  static DiskFaults crashAtChanges(int n, int after) {
    int[] seen = {0};
    return (operation, name) -> {
      boolean crashes = operation.changes() && (++seen[0] == n || seen[0] == n + after);
      return crashes ? Fate.CRASHES : Fate.DONE;
    };
  }

  /** The disk has no room left at the n-th operation that changes it, and for the next few. */
  static DiskFaults fullForChanges(FakeDisk disk, int n, int count) {
    int[] seen = {0};
    return (operation, name) -> {
      if (operation.changes()) {
        seen[0]++;
        disk.capacityBytes(seen[0] >= n && seen[0] < n + count ? disk.usedBytes() : Long.MAX_VALUE);
      }
      return Fate.DONE;
    };
  }

  /** The n-th operation (from 1) fails, and so does every one after it if {@code forGood}. */
  static DiskFaults failAt(int n, Fate fate, boolean forGood) {
    int[] seen = {0};
    return (operation, name) -> {
      seen[0]++;
      boolean fails = seen[0] == n || (forGood && seen[0] > n);
      return fails ? fate : Fate.DONE;
    };
  }
}
