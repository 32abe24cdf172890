package io.headrace.server.captures;

/**
 * Bytes that came or went at once: what is left of one read or send.
 *
 * @param received whether the server received them; else it sent them
 * @param timeNs when, in nanoseconds since 1970: the time of the loop's turn
 * @param offset how many bytes had gone that way before the first of them, since the beginning of
 *     the connection
 * @param begins whether the first of them is known to begin a request or a reply
 * @param bytes they themselves; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere; a copy of each would be waste.
public record Chunk(boolean received, long timeNs, long offset, boolean begins, byte[] bytes) {
  /** The offset behind the last of them. */
  public long end() {
    return offset + bytes.length;
  }

  /** The same bytes' place in time and stream, with others in their stead. */
  public Chunk with(byte[] others) {
    return new Chunk(received, timeNs, offset, begins, others);
  }
}
