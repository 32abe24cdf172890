package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacedFileTest {
  private static final int BLOCK_BYTES = 256 << 10;

  @TempDir Path directory;

  /** Writes how many bytes each force had to cover. */
  private static final class Counting implements DiskFile {
    private final DiskFile file;
    private final List<Long> forced = new ArrayList<>();
    private long bytes;

    Counting(DiskFile file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      bytes += from.remaining();
      file.write(from, position);
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return file.read(to, position);
    }

    @Override
    public void force() throws IOException {
      forced.add(bytes);
      bytes = 0;
      file.force();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long length) throws IOException {
      file.truncate(length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Test
  void no_force_covers_more_than_a_piece_and_a_block() throws IOException {
    try (Disk disk = FileDisk.open(directory);
        Counting file = new Counting(disk.create("large"))) {
      PacedFile paced = new PacedFile(file);
      for (int block = 0; block < 18; block++) {
        paced.write(ByteBuffer.allocate(BLOCK_BYTES), (long) block * BLOCK_BYTES);
      }
      paced.force();
      long piece = PacedFile.PIECE_BYTES;
      assertThat(file.forced).containsExactly(piece, piece, piece, piece, 2L * BLOCK_BYTES);
      assertThat(paced.size()).isEqualTo(18L * BLOCK_BYTES);
    }
  }

  @Test
  void the_zeros_of_a_segment_are_forced_in_pieces() throws IOException {
    try (Disk disk = FileDisk.open(directory);
        Counting file = new Counting(disk.create("zeros"))) {
      Zeros.fill(file, 0, 3L * PacedFile.PIECE_BYTES);
      assertThat(file.forced).hasSize(3);
    }
  }
}
