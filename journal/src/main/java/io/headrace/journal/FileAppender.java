package io.headrace.journal;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Fills buffers on the loop and has them written one after the other on the journal's thread. */
final class FileAppender {
  private final Lane chores;
  private final Mailbox mailbox;
  private final BufferPool pool;
  private final String name;
  private final DiskFile file;
  private final Runnable diskFull;
  private ByteBuffer buffer;

  /** Where the buffer goes. */
  private long position;

  /**
   * Appends to a file.
   *
   * @param diskFull run on the loop when a write found the disk full; more may follow
   */
  FileAppender(
      Lane chores,
      Mailbox mailbox,
      BufferPool pool,
      String name,
      DiskFile file,
      long position,
      Runnable diskFull) {
    this.chores = chores;
    this.mailbox = mailbox;
    this.pool = pool;
    this.name = name;
    this.file = file;
    this.position = position;
    this.diskFull = diskFull;
    buffer = pool.take();
  }

  /** The buffer to append to. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Where the next byte goes in the file. */
  long position() {
    return position + buffer.position();
  }

  /** Hands the buffer over; {@code last} is done with its bytes before they are written. */
  void write(Consumer<ByteBuffer> last) {
    ByteBuffer full = buffer.flip();
    long at = position;
    position += full.remaining();
    buffer = pool.take();
    chores.run(
        "writing " + name,
        () -> {
          last.accept(full);
          try {
            file.write(full, at);
          } catch (DiskFullException e) {
            mailbox.post(diskFull);
          }
          mailbox.post(() -> pool.giveBack(full));
        });
  }

  /** Hands over what is left, and gives the buffer back. */
  void end(Consumer<ByteBuffer> last) {
    if (buffer.position() > 0) {
      write(last);
    }
    pool.giveBack(buffer);
  }
}
