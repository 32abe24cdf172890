package io.headrace.cli.capture;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureCause;
import io.headrace.server.captures.Chunk;
import io.headrace.server.captures.Finding;
import io.headrace.server.captures.Speaker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Captures made by hand. */
final class Samples {
  static final long TIME_NS = 1_764_360_000_123_456_789L;

  private final List<Chunk> chunks = new ArrayList<>();
  private long received;
  private long sent;
  private String peer = "127.0.0.1:40000";
  private String local = "127.0.0.1:11300";

  Samples between(String client, String server) {
    peer = client;
    local = server;
    return this;
  }

  /** Loses so many bytes each way. */
  Samples lose(long bytesIn, long bytesOut) {
    received += bytesIn;
    sent += bytesOut;
    return this;
  }

  Samples in(String text, boolean begins) {
    chunks.add(new Chunk(true, time(), received, begins, bytes(text)));
    received += text.length();
    return this;
  }

  Samples out(String text, boolean begins) {
    chunks.add(new Chunk(false, time(), sent, begins, bytes(text)));
    sent += text.length();
    return this;
  }

  Samples in(String text) {
    return in(text, true);
  }

  Samples out(String text) {
    return out(text, true);
  }

  private long time() {
    return TIME_NS + chunks.size() * 1_000_001L;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What is there of one way, a character a byte. */
  static String text(Capture capture, boolean ofReceived) {
    var text = new StringBuilder();
    for (var chunk : capture.chunks()) {
      if (chunk.received() == ofReceived) {
        text.append(new String(chunk.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  Capture stoppedAt(long at) {
    var cause = at == Finding.NOWHERE ? CaptureCause.BY_HAND : CaptureCause.BAD_FORMAT;
    return new Capture(
        3,
        TIME_NS + 1_000_000_000,
        new Speaker(5, peer, local, TIME_NS - 1),
        new Finding(cause, at, "'put <pri> <delay> <ttr> <bytes>'", List.of()),
        received,
        sent,
        chunks);
  }

  Capture byHand() {
    return stoppedAt(Finding.NOWHERE);
  }
}
