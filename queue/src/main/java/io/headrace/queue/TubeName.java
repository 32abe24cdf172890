package io.headrace.queue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a tube: 1 to {@value #BYTES_MAX} arbitrary bytes. What a listener accepts may be
 * narrower; what the queue compares is only the bytes.
 */
public final class TubeName implements Comparable<TubeName> {
  /** Longest name in bytes; Gearman's libraries stop at 512. */
  public static final int BYTES_MAX = 512;

  /** The tube that a new session uses and watches, and that is never removed. */
  public static final TubeName DEFAULT = of("default");

  private final byte[] bytes;
  private final int hash;

  private TubeName(byte[] bytes) {
    Invariant.check(
        bytes.length >= 1 && bytes.length <= BYTES_MAX, "a tube name has 1 to 512 bytes");
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** Returns the name made of a copy of these bytes. */
  public static TubeName of(byte[] bytes) {
    return new TubeName(bytes.clone());
  }

  /** Returns the name made of the text's UTF-8 bytes. */
  public static TubeName of(String text) {
    return new TubeName(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes the name has. */
  public int length() {
    return bytes.length;
  }

  /** Returns a copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Copies all bytes into {@code to} from {@code offset} on; there must be room. */
  public void copyTo(byte[] to, int offset) {
    System.arraycopy(bytes, 0, to, offset, bytes.length);
  }

  /** Returns the byte at {@code index}, 0 to length - 1. */
  public byte byteAt(int index) {
    return bytes[index];
  }

  @Override
  public int compareTo(TubeName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TubeName name && hash == name.hash && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The name as text: one character a byte, so that no two names look the same. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
