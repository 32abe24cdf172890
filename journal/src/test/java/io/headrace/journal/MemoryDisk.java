package io.headrace.journal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory in memory that can lose what was not forced: any subset of 4 KiB pages, and any of
 * the last changes of names from some point on. It can also be full, and fail.
 */
final class MemoryDisk implements Disk {
  private static final int PAGE_BYTES = 4096;

  /** Bytes that all files may have together. */
  long capacityBytes = Long.MAX_VALUE;

  /** Operations after which every write and force fails; negative for never. */
  long failAfter = -1;

  long operations;
  private final TreeMap<String, Content> names = new TreeMap<>();

  /** The names as they were after each change since the directory was forced. */
  private final List<TreeMap<String, Content>> unforcedNames = new ArrayList<>();

  private TreeMap<String, Content> forcedNames = new TreeMap<>();

  /** What a file holds, and what of it is on the disk for sure. */
  private static final class Content {
    byte[] bytes = new byte[0];
    byte[] forced = new byte[0];
    final BitSet dirty = new BitSet();
  }

  synchronized long usedBytes() {
    return names.values().stream().mapToLong(content -> content.bytes.length).sum();
  }

  /** The directory as a machine finds it that lost power now. */
  synchronized MemoryDisk crash(Random random) {
    TreeMap<String, Content> survived = forcedNames;
    if (!unforcedNames.isEmpty()) {
      int upTo = random.nextInt(unforcedNames.size() + 1);
      survived = upTo == 0 ? forcedNames : unforcedNames.get(upTo - 1);
    }
    MemoryDisk after = new MemoryDisk();
    for (Map.Entry<String, Content> entry : survived.entrySet()) {
      Content content = entry.getValue();
      boolean longer = content.bytes.length != content.forced.length && random.nextBoolean();
      byte[] bytes =
          Arrays.copyOf(content.forced, longer ? content.bytes.length : content.forced.length);
      content.dirty.stream()
          .filter(page -> random.nextBoolean())
          .forEach(page -> copyPage(content.bytes, bytes, page));
      Content copy = new Content();
      copy.bytes = bytes;
      copy.forced = bytes.clone();
      after.names.put(entry.getKey(), copy);
    }
    after.forcedNames = new TreeMap<>(after.names);
    return after;
  }

  private static void copyPage(byte[] from, byte[] to, int page) {
    int start = page * PAGE_BYTES;
    int end = Math.min(Math.min(from.length, to.length), start + PAGE_BYTES);
    if (start < end) {
      System.arraycopy(from, start, to, start, end - start);
    }
  }

  /** The same directory, as another process finds it when this one was killed. */
  synchronized MemoryDisk copy() {
    MemoryDisk copy = new MemoryDisk();
    names.forEach((name, content) -> {
      Content same = new Content();
      same.bytes = content.bytes.clone();
      same.forced = content.bytes.clone();
      copy.names.put(name, same);
    });
    copy.forcedNames = new TreeMap<>(copy.names);
    return copy;
  }

  synchronized byte[] bytes(String name) {
    return java.util.Objects.requireNonNull(names.get(name)).bytes;
  }

  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.bytes = bytes;
    content.forced = bytes.clone();
    names.put(name, content);
    forcedNames = new TreeMap<>(names);
  }

  private void operation() throws IOException {
    operations++;
    if (failAfter >= 0 && operations > failAfter) {
      throw new IOException("Input/output error");
    }
  }

  private void named() {
    unforcedNames.add(new TreeMap<>(names));
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    operation();
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    names.put(name, new Content());
    named();
    return open(name);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return new MemoryFile(content);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    operation();
    Content content = names.remove(from);
    if (content == null) {
      throw new FileNotFoundException(from);
    }
    names.put(to, content);
    named();
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    operation();
    if (names.remove(name) == null) {
      throw new FileNotFoundException(name);
    }
    named();
  }

  @Override
  public synchronized void forceDirectory() throws IOException {
    operation();
    forcedNames = new TreeMap<>(names);
    unforcedNames.clear();
  }

  @Override
  public synchronized long freeBytes() {
    return capacityBytes - usedBytes();
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}

  private final class MemoryFile implements DiskFile {
    private final Content content;

    MemoryFile(Content content) {
      this.content = content;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      synchronized (MemoryDisk.this) {
        operation();
        int end = (int) position + from.remaining();
        if (end > content.bytes.length) {
          if (usedBytes() + end - content.bytes.length > capacityBytes) {
            throw new DiskFullException("No space left on device", new IOException());
          }
          content.bytes = Arrays.copyOf(content.bytes, end);
        }
        content.dirty.set((int) position / PAGE_BYTES, (end + PAGE_BYTES - 1) / PAGE_BYTES);
        from.get(content.bytes, (int) position, from.remaining());
      }
    }

    @Override
    public int read(ByteBuffer to, long position) {
      synchronized (MemoryDisk.this) {
        int there = (int) Math.min(to.remaining(), content.bytes.length - position);
        if (there <= 0) {
          return 0;
        }
        to.put(content.bytes, (int) position, there);
        return there;
      }
    }

    /**
     * After one that failed the pages count as clean although the disk has not got them, as on
     * Linux: a later force succeeds and does nothing for them.
     */
    @Override
    public void force() throws IOException {
      synchronized (MemoryDisk.this) {
        try {
          operation();
          byte[] forced = Arrays.copyOf(content.forced, content.bytes.length);
          content.dirty.stream().forEach(page -> copyPage(content.bytes, forced, page));
          content.forced = forced;
        } finally {
          content.dirty.clear();
        }
      }
    }

    @Override
    public long size() {
      synchronized (MemoryDisk.this) {
        return content.bytes.length;
      }
    }

    @Override
    public void truncate(long bytes) throws IOException {
      synchronized (MemoryDisk.this) {
        operation();
        if (bytes < content.bytes.length) {
          content.bytes = Arrays.copyOf(content.bytes, (int) bytes);
          content.forced =
              Arrays.copyOf(content.forced, (int) Math.min(bytes, content.forced.length));
        }
      }
    }

    @Override
    public void close() {}
  }
}
