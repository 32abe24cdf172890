package io.headrace.server.captures;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Takes tokens out of what is kept: whoever may look at captures is not whoever may use them.
 *
 * <p>What follows {@code auth} in its line goes, and whatever looks like a token, and what may be
 * the end of one whose beginning is no longer remembered.
 */
final class Secrets {
  static final byte BLANK = '*';

  /** A shorter end of a token, in bytes, leaves more than 200 of its 256 bits to be guessed. */
  private static final int TELLING_BYTES = 8;

  private static final byte[] AUTH = "auth ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TOKEN = "hr_".getBytes(StandardCharsets.US_ASCII);

  private Secrets() {}

  /** Changes the bytes of those that were received. Their order is that of the stream. */
  static void blank(List<Chunk> chunks) {
    List<Chunk> received = chunks.stream().filter(Chunk::received).toList();
    byte[] all = joined(received);
    int at = 0;
    for (Chunk chunk : received) {
      System.arraycopy(all, at, chunk.bytes(), 0, chunk.bytes().length);
      at += chunk.bytes().length;
    }
  }

  /** All the bytes that were received, in the order of the stream, without what is to be hidden. */
  static byte[] joined(List<Chunk> received) {
    byte[] all = new byte[received.stream().mapToInt(chunk -> chunk.bytes().length).sum()];
    int at = 0;
    for (Chunk chunk : received) {
      System.arraycopy(chunk.bytes(), 0, all, at, chunk.bytes().length);
      at += chunk.bytes().length;
    }
    blank(all, !received.isEmpty() && received.getFirst().offset() > 0);
    return all;
  }

  /**
   * Changes the bytes.
   *
   * @param cut whether others came before them
   */
  private static void blank(byte[] all, boolean cut) {
    int first = tokenEnd(all, 0);
    if (cut && first >= TELLING_BYTES && (first == all.length || isLineEnd(all[first]))) {
      Arrays.fill(all, 0, first, BLANK);
    }
    for (int i = 0; i < all.length; i++) {
      boolean begins = i == 0 ? !cut : all[i - 1] == '\n';
      if (begins && startsWith(all, i, AUTH)) {
        for (int j = i + AUTH.length; j < all.length && !isLineEnd(all[j]); j++) {
          all[j] = BLANK;
        }
      } else if (startsWith(all, i, TOKEN)) {
        Arrays.fill(all, i + TOKEN.length, tokenEnd(all, i + TOKEN.length), BLANK);
      }
    }
  }

  private static boolean startsWith(byte[] all, int at, byte[] what) {
    return at + what.length <= all.length
        && Arrays.equals(all, at, at + what.length, what, 0, what.length);
  }

  /** Where the letters of a token end that stand here. */
  private static int tokenEnd(byte[] all, int from) {
    int end = from;
    while (end < all.length && isOfToken(all[end])) {
      end++;
    }
    return end;
  }

  private static boolean isOfToken(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '_';
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }
}
