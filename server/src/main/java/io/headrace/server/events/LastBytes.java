package io.headrace.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The end of a stream, up to a limit. */
final class LastBytes {
  private final byte[] ring;
  private long added;

  LastBytes(int bytesMax) {
    ring = new byte[bytesMax];
  }

  void add(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (added++ % ring.length)] = bytes[i];
    }
  }

  /** What goes on after a sentence: nothing, or what was said, in one line. */
  String quoted() {
    int length = (int) Math.min(added, ring.length);
    byte[] last = new byte[length];
    for (int i = 0; i < length; i++) {
      last[i] = ring[(int) ((added - length + i) % ring.length)];
    }
    String text = new String(last, UTF_8).strip().replaceAll("\\p{Cntrl}+", " ");
    return text.isEmpty() ? "" : ", saying: " + text;
  }
}
