package io.headrace.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes through a channel that does not block: as they are, or sealed. */
interface Pipe {
  /** Bytes as they are. */
  record Plain(SocketChannel channel) implements Pipe {
    @Override
    public long write(ByteBuffer... buffers) throws IOException {
      return channel.write(buffers);
    }

    @Override
    public boolean isWritten() {
      return true;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return channel.read(to);
    }

    @Override
    public void end() throws IOException {
      channel.shutdownOutput();
    }
  }

  /** Takes what can be taken now, and returns how many bytes that were. */
  long write(ByteBuffer... buffers) throws IOException;

  /** Whether all that was taken is with the kernel; else {@link #write} is to be called again. */
  boolean isWritten();

  /** Reads what has come; 0 when nothing has, -1 when nothing will. */
  int read(ByteBuffer to) throws IOException;

  /** Says that nothing more will be written. */
  void end() throws IOException;
}
