package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A disk that finds itself full when a file of this name's end is written, as copy-on-write ones
 * do.
 */
record FullWhenWrittenDisk(MemoryDisk disk, AtomicReference<String> full) implements Disk {
  private DiskFile wrap(String name, DiskFile file) {
    return new DiskFile() {
      @Override
      public void write(ByteBuffer from, long position) throws IOException {
        String ending = String.valueOf(full.get());
        if (!ending.isEmpty() && name.endsWith(ending)) {
          throw new DiskFullException("No space left on device", new IOException());
        }
        file.write(from, position);
      }

      @Override
      public int read(ByteBuffer to, long position) throws IOException {
        return file.read(to, position);
      }

      @Override
      public void force() throws IOException {
        file.force();
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void truncate(long bytes) throws IOException {
        file.truncate(bytes);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    // what is made keeps its first name here: ".tmp"; opened again it has its own
    return wrap(name.replace(".tmp", ""), disk.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return wrap(name, disk.open(name));
  }

  @Override
  public void rename(String a, String b) throws IOException {
    disk.rename(a, b);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void forceDirectory() throws IOException {
    disk.forceDirectory();
  }

  @Override
  public long freeBytes() throws IOException {
    return disk.freeBytes();
  }

  @Override
  public String describe() {
    return disk.describe();
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
