package io.headrace.cli.capture;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * Captures without what is nobody else's business: commands, words of replies and numbers stay,
 * bodies and names become {@code x}, and each byte stays in its place. What cannot be told apart
 * for sure, as the rest of a body whose beginning is lost, or what follows a line that is no
 * command, becomes {@code x} too, up to the next read or send that is known to begin anew.
 */
public final class Redaction {
  private static final byte MASK = 'x';

  private Redaction() {}

  /** The same capture, masked. */
  public static Capture of(Capture capture) {
    var received = masked(capture, true);
    var sent = masked(capture, false);
    var chunks = new ArrayList<Chunk>();
    for (var chunk : capture.chunks()) {
      chunks.add((chunk.received() ? received : sent).removeFirst());
    }
    return capture.with(chunks);
  }

  private static List<Chunk> masked(Capture capture, boolean received) {
    var grammar = received ? Grammar.REQUESTS : Grammar.REPLIES;
    var all = capture.chunks().stream().filter(chunk -> chunk.received() == received).toList();
    var masked = new ArrayList<Chunk>();
    for (int from = 0; from < all.size(); ) {
      int to = from + 1;
      while (to < all.size() && all.get(to).offset() == all.get(to - 1).end()) {
        to++;
      }
      masked.addAll(new Run(all.subList(from, to), grammar).masked());
      from = to;
    }
    return masked;
  }

  /** Chunks without a gap between them. */
  private static final class Run {
    private final List<Chunk> chunks;
    private final Grammar grammar;
    private final byte[] bytes;
    private final boolean[] begins;

    private Run(List<Chunk> chunks, Grammar grammar) {
      this.chunks = chunks;
      this.grammar = grammar;
      int length = (int) (chunks.getLast().end() - chunks.getFirst().offset());
      bytes = new byte[length];
      begins = new boolean[length + 1];
      for (var chunk : chunks) {
        int at = at(chunk);
        System.arraycopy(chunk.bytes(), 0, bytes, at, chunk.bytes().length);
        begins[at] |= chunk.begins();
      }
    }

    private int at(Chunk chunk) {
      return (int) (chunk.offset() - chunks.getFirst().offset());
    }

    private List<Chunk> masked() {
      int at = 0;
      while (at < bytes.length) {
        at = begins[at] ? known(at) : mask(at, nextBeginning(at + 1));
      }
      var masked = new ArrayList<Chunk>();
      for (var chunk : chunks) {
        var part = new byte[chunk.bytes().length];
        System.arraycopy(bytes, at(chunk), part, 0, part.length);
        masked.add(chunk.with(part));
      }
      return masked;
    }

    private int nextBeginning(int from) {
      int at = from;
      while (at < bytes.length && !begins[at]) {
        at++;
      }
      return Math.min(at, bytes.length);
    }

    private int mask(int from, int to) {
      for (int at = from; at < to; at++) {
        bytes[at] = MASK;
      }
      return to;
    }

    /** Masks one line after the other, as long as each is understood; returns where that ends. */
    private int known(int start) {
      int at = start;
      while (at < bytes.length) {
        int end = lineEnd(at);
        if (end < 0) {
          return mask(at, nextBeginning(at + 1));
        }
        var line = grammar.mask(bytes, at, end);
        at = end + 2;
        if (!line.understood()) {
          return at;
        }
        if (line.bodyBytes() >= 0) {
          int bodyEnd = (int) Math.min(at + line.bodyBytes(), bytes.length);
          at = trailer(mask(at, Math.min(bodyEnd, nextBeginning(at))));
        }
      }
      return at;
    }

    /** The place of the CRLF that ends the line, or -1. */
    private int lineEnd(int from) {
      for (int at = from; at + 1 < bytes.length; at++) {
        if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
          return at;
        }
      }
      return -1;
    }

    private int trailer(int from) {
      int to = Math.min(from + 2, nextBeginning(from));
      boolean good = to == from + 2 && bytes[from] == '\r' && bytes[from + 1] == '\n';
      return good ? to : mask(from, to);
    }
  }
}
