package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk that cannot give back some bytes of a file: the commonest real damage. */
class UnreadableDiskTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(1 << 20);

  /** Reads of a file fail from one byte on. */
  private record BadSector(MemoryDisk disk, String of, long from) implements Disk {
    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = disk.open(name);
      return name.equals(of) ? new BadFile(file, from) : file;
    }

    @Override
    public List<String> list() {
      return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
      return disk.create(name);
    }

    @Override
    public void rename(String before, String after) throws IOException {
      disk.rename(before, after);
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
    public long freeBytes() {
      return disk.freeBytes();
    }

    @Override
    public String describe() {
      return disk.describe();
    }

    @Override
    public void close() {
      disk.close();
    }
  }

  private record BadFile(DiskFile file, long from) implements DiskFile {
    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      if (position + to.remaining() > from) {
        throw new IOException("Input/output error");
      }
      return file.read(to, position);
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      file.write(bytes, position);
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
  }

  @Test
  void a_start_that_cannot_read_names_the_file_and_the_place_and_promises_nothing() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    try (Shell shell = new Shell(disk, SMALL, thread, thread).start()) {
      for (int i = 0; i < 800; i++) {
        shell.put(new byte[1000], 0);
        shell.settle();
      }
    }
    BadSector bad = new BadSector(disk, FileNames.log(1), FileWindow.WINDOW_BYTES + 1000);
    assertThatThrownBy(() -> new Shell(bad, SMALL, thread, thread))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FileNames.log(1) + " at byte ")
        .hasMessageContaining("Input/output error")
        .hasMessageNotContaining("Nothing was lost");
    assertThatThrownBy(() -> new JournalTool(bad).verify())
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FileNames.log(1) + " at byte ");
  }
}
