package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The YAML of a reply to stats or list, in the form of beanstalkd 1.13: strings are quoted, names
 * in lists are not. One is shared by all connections of a loop.
 */
final class ReplyText {
  /**
   * Longest text in bytes: some 300,000 tubes with names of 200 bytes. What is longer is answered
   * by OUT_OF_MEMORY.
   */
  static final int BYTES_MAX = 64 * 1024 * 1024;

  private static final int BYTES_AT_START = 4 * 1024;

  /** What is kept for the next reply, in bytes. */
  private static final int BYTES_KEPT_MAX = 1024 * 1024;

  private static final int NAME_BYTES_MAX = 3 * TubeName.BYTES_MAX;

  private byte[] text = new byte[BYTES_AT_START];
  private int length;
  private boolean tooLong;

  /** Begins a new text. */
  ReplyText begin() {
    clear();
    return raw("---\n");
  }

  boolean isTooLong() {
    return tooLong;
  }

  int bytes() {
    return length;
  }

  /** Copies the text; it is then gone. */
  void writeTo(ByteBuf out) {
    out.writeBytes(text, 0, length);
    clear();
  }

  /** Forgets the text, and what memory is more than the next one will need. */
  void clear() {
    length = 0;
    tooLong = false;
    if (text.length > BYTES_KEPT_MAX) {
      text = new byte[BYTES_AT_START];
    }
  }

  ReplyText entry(String key, long value) {
    return raw(key).raw(": ").raw(Long.toString(value)).raw("\n");
  }

  /** An entry whose value needs no quotes. */
  ReplyText entry(String key, String plain) {
    return raw(key).raw(": ").raw(plain).raw("\n");
  }

  ReplyText quoted(String key, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
    return raw(key).raw(": \"").raw(escaped).raw("\"\n");
  }

  ReplyText quoted(String key, TubeName value) {
    return raw(key).raw(": \"").name(value).raw("\"\n");
  }

  ReplyText item(TubeName name) {
    return raw("- ").name(name).raw("\n");
  }

  /** Begins an item that is a map, with its first entry. */
  ReplyText item(String key, long value) {
    return raw("- ").entry(key, value);
  }

  /** A further entry of an item. */
  ReplyText indented(String key, long value) {
    return raw("  ").entry(key, value);
  }

  /** A further entry of an item, whose value needs no quotes. */
  ReplyText indented(String key, String plain) {
    return raw("  ").entry(key, plain);
  }

  /** Text as it is. */
  ReplyText raw(String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.UTF_8);
    if (hasRoom(bytes.length)) {
      System.arraycopy(bytes, 0, text, length, bytes.length);
      length += bytes.length;
    }
    return this;
  }

  private ReplyText name(TubeName name) {
    if (hasRoom(NAME_BYTES_MAX)) {
      length += TubeNames.show(name, text, length);
    }
    return this;
  }

  private boolean hasRoom(int more) {
    tooLong |= length + more > BYTES_MAX;
    if (!tooLong && length + more > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
    return !tooLong;
  }
}
