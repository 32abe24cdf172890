package io.headrace.queue;

import java.nio.ByteBuffer;

/**
 * The keys with which jobs were put lately, oldest first. What became of the jobs is nobody's
 * business here, nor what becomes of their tubes: a tube is known by its name.
 *
 * <p>A key is found through chains of rows, about one row each, of which there is one more with
 * each key (linear hashing, after Litwin): no entry pays for all keys. What follows from how long a
 * chain is depends on which keys there are, and on nothing else.
 *
 * <p>A key takes 27 bytes of heap, those of its tube's name and its own, rounded up to 8, and 4.
 */
final class Keys extends Timed {
  /** Power of two. */
  private static final int CHAINS_MIN = 16;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SCATTER = 0x9E3779B97F4A7C15L;
  private static final int NONE = KeyRows.NONE;

  private final SnapshotGuard guard;
  private final KeyRows rows = new KeyRows();

  /** The row that each chain begins with. */
  private final PagedInts chains = new PagedInts();

  private int chainCount;
  private long windowNs = Limits.KEY_WINDOW_NS;

  Keys(SnapshotGuard guard) {
    this.guard = guard;
    while (chainCount < CHAINS_MIN) {
      chains.set(chainCount++, NONE);
    }
  }

  @Override
  long timerRank() {
    return Long.MAX_VALUE;
  }

  int size() {
    return rows.size();
  }

  /** Bytes that a snapshot takes for all of them. */
  long savedBytes() {
    return rows.savedBytes();
  }

  /** How long a key is remembered. */
  long windowNs() {
    return windowNs;
  }

  void windowNs(long newWindowNs) {
    windowNs = newWindowNs;
  }

  /**
   * When the first key is to be forgotten, or {@link Long#MAX_VALUE}: at a whole second, so that
   * the keys of a second need one entry and not one each.
   */
  long forgetAtNs() {
    return size() == 0
        ? Long.MAX_VALUE
        : Math.ceilDiv(rows.stampNs(rows.first()) + windowNs, SECOND_NS) * SECOND_NS;
  }

  /** What the methods below find a key by. */
  static int hash(TubeName tube, String key) {
    var mixed = (long) tube.hashCode();
    for (var i = 0; i < key.length(); i++) {
      mixed = (mixed ^ key.charAt(i)) * SCATTER;
      mixed ^= mixed >>> 32;
    }
    return (int) ((mixed * SCATTER) >>> 32);
  }

  /** The job that was put with this key into this tube, or 0. */
  long job(TubeName tube, String key, int hash) {
    for (var row = chains.get(chainOf(hash)); row != NONE; row = rows.next(row)) {
      if (rows.hash(row) == hash && rows.is(row, tube, key)) {
        return rows.job(row);
      }
    }
    return 0;
  }

  /** Whether one more key that is found by this can be remembered. */
  boolean hasRoom(int hash) {
    var inChain = 0;
    for (var row = chains.get(chainOf(hash)); row != NONE; row = rows.next(row)) {
      inChain++;
    }
    return size() < Limits.KEYS_MAX && inChain < Limits.KEYS_ALIKE_MAX;
  }

  /** Adds a key that is not there, behind all others. */
  void add(TubeName tube, String key, int hash, long job, long stampNs) {
    push(chainOf(hash), rows.add(tube, key, hash, job, stampNs));
    if (size() > chainCount) {
      split();
    }
  }

  /** Forgets the key that was put first. */
  void forgetFirst() {
    guard.beforeForgetKey();
    var row = rows.first();
    var chain = chainOf(rows.hash(row));
    if (chains.get(chain) == row) {
      chains.set(chain, rows.next(row));
    } else {
      var before = chains.get(chain);
      while (rows.next(before) != row) {
        before = rows.next(before);
      }
      rows.next(before, rows.next(row));
    }
    rows.removeFirst();
    if (size() < chainCount && chainCount > CHAINS_MIN) {
      join();
    }
  }

  /** The key that was put first, for a snapshot. */
  int first() {
    return rows.first();
  }

  /** The key that was put after this one, which must not be the last. */
  int after(int key) {
    return rows.after(key);
  }

  int savedBytes(int key) {
    return rows.savedBytes(key);
  }

  void save(int key, ByteBuffer to) {
    rows.save(key, to);
  }

  private int chainOf(int hash) {
    var whole = Integer.highestOneBit(chainCount);
    var chain = hash & (2 * whole - 1);
    return chain < chainCount ? chain : chain & (whole - 1);
  }

  private void push(int chain, int row) {
    rows.next(row, chains.get(chain));
    chains.set(chain, row);
  }

  /** Makes one more chain, out of one that there is. */
  private void split() {
    var added = chainCount++;
    var from = added - Integer.highestOneBit(added);
    var row = chains.get(from);
    chains.set(from, NONE);
    chains.set(added, NONE);
    while (row != NONE) {
      var next = rows.next(row);
      push(chainOf(rows.hash(row)), row);
      row = next;
    }
  }

  /** Undoes the last {@link #split}. */
  private void join() {
    var removed = --chainCount;
    var to = removed - Integer.highestOneBit(removed);
    var row = chains.get(removed);
    while (row != NONE) {
      var next = rows.next(row);
      push(to, row);
      row = next;
    }
    if ((chainCount & (PagedInts.PAGE_INTS - 1)) == 0) {
      chains.trim(chainCount);
    }
  }

  /** Checks every rule of the structure; for tests. */
  void validate() {
    var inChains = 0;
    for (var chain = 0; chain < chainCount; chain++) {
      for (var row = chains.get(chain); row != NONE; row = rows.next(row)) {
        inChains++;
        Invariant.check(chainOf(rows.hash(row)) == chain, "a key is in the chain of its hash");
      }
    }
    Invariant.check(inChains == size(), "the keys are counted");
    Invariant.check(chainCount == Math.max(CHAINS_MIN, size()), "there is a chain for each key");
    var bytes = 0L;
    var row = rows.first();
    for (var left = size(); left > 0; left--) {
      bytes += rows.savedBytes(row);
      if (left > 1) {
        var after = rows.after(row);
        Invariant.check(rows.stampNs(row) <= rows.stampNs(after), "keys are in order");
        row = after;
      }
    }
    Invariant.check(bytes == savedBytes(), "the bytes of keys are counted");
  }
}
