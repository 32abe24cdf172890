package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A disk that does to reads and writes of its files what a test says before they happen. */
record TamperedDisk(MemoryDisk disk, Tampering tampering) implements Disk {
  /** Throws where the disk shall fail. */
  interface Tampering {
    default void beforeCreate(String name) throws IOException {}

    default void beforeWrite(String name) throws IOException {}

    default void beforeRead(String name, long endOfRead) throws IOException {}
  }

  /** Finds itself full when a file whose name ends so is written, as copy-on-write disks do. */
  static TamperedDisk fullWhenWritten(MemoryDisk disk, AtomicReference<String> nameEnd) {
    return failing(disk, nameEnd, new AtomicReference<>(""));
  }

  /** The same, and cannot read files whose names end so; an empty end is that of no file. */
  static TamperedDisk failing(
      MemoryDisk disk, AtomicReference<String> fullFor, AtomicReference<String> unreadableFor) {
    return new TamperedDisk(
        disk,
        new Tampering() {
          @Override
          public void beforeCreate(String name) throws IOException {
            beforeWrite(name);
          }

          @Override
          public void beforeWrite(String name) throws IOException {
            if (endsWith(name, String.valueOf(fullFor.get()))) {
              throw new DiskFullException("No space left on device", new IOException());
            }
          }

          @Override
          public void beforeRead(String name, long endOfRead) throws IOException {
            if (endsWith(name, String.valueOf(unreadableFor.get()))) {
              throw new IOException("Input/output error");
            }
          }
        });
  }

  private static boolean endsWith(String name, String end) {
    return !end.isEmpty() && name.endsWith(end);
  }

  /** Cannot read this file from this byte on. */
  static TamperedDisk unreadable(MemoryDisk disk, String file, long from) {
    return new TamperedDisk(
        disk,
        new Tampering() {
          @Override
          public void beforeRead(String name, long endOfRead) throws IOException {
            if (name.equals(file) && endOfRead > from) {
              throw new IOException("Input/output error");
            }
          }
        });
  }

  private DiskFile wrap(String name, DiskFile file) {
    return new DiskFile() {
      @Override
      public void write(ByteBuffer from, long position) throws IOException {
        tampering.beforeWrite(name);
        file.write(from, position);
      }

      @Override
      public int read(ByteBuffer to, long position) throws IOException {
        tampering.beforeRead(name, position + to.remaining());
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
    tampering.beforeCreate(name);
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
