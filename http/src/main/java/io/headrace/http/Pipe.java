package io.headrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes to and from a server, by plain TCP or by TLS; never waits. */
interface Pipe {
  /** Sends as much as can be sent now. */
  void write(ByteBuffer from) throws IOException;

  /** Whether all that was taken has left. */
  boolean isFlushed();

  /** Returns how many bytes came; 0 when none has, -1 when none will. */
  int read(ByteBuffer to) throws IOException;

  /** Whether the server has ended it in a way that nobody on the way can. */
  boolean isEndedProperly();

  /** Tells the server that nothing more comes, as far as that can be told at once. */
  void end() throws IOException;
}
