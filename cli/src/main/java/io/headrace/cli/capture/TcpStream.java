package io.headrace.cli.capture;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.Chunk;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** IP and TCP around the bytes of one connection: lengths, numbers and checksums are right. */
final class TcpStream {
  /** The most bytes of one packet. */
  static final int SEGMENT_BYTES = 1400;

  private static final int TCP = 6;
  private static final int ACK = 0x10;
  private static final int PUSH_ACK = 0x18;
  private static final int SYN = 0x02;
  private static final int SYN_ACK = 0x12;
  private static final int TTL = 64;
  private static final int WINDOW = 65_535;
  private static final int HEADER_BYTES = 20;
  private static final int IPV6_HEADER_BYTES = 40;

  /** Options of a SYN: largest segment, and a window that is scaled by 2^7. */
  private static final byte[] SYN_OPTIONS = {2, 4, 5, 120, 3, 3, 7, 1};

  private static final byte[] NO_BYTES = new byte[0];

  /** The sequence number of each SYN. */
  private static final long FIRST_NUMBER = 1_000;

  private final Endpoint client;
  private final Endpoint server;
  private final boolean whole;

  /** How many bytes went each way so far. */
  private long received;

  private long sent;
  private int identification;

  TcpStream(Capture capture) {
    var ends = Endpoint.of(capture.speaker());
    client = ends.client();
    server = ends.server();
    received = first(capture, true);
    sent = first(capture, false);
    whole = received == 0 && sent == 0;
  }

  private static long first(Capture capture, boolean ofReceived) {
    long total = ofReceived ? capture.receivedBytes() : capture.sentBytes();
    return total - capture.bytesKept(ofReceived);
  }

  /** What opened the connection; nothing when its first bytes are lost. */
  List<byte[]> handshake() {
    return whole
        ? List.of(
            packet(true, FIRST_NUMBER, 0, SYN, SYN_OPTIONS, NO_BYTES),
            packet(false, FIRST_NUMBER, FIRST_NUMBER + 1, SYN_ACK, SYN_OPTIONS, NO_BYTES),
            packet(true, FIRST_NUMBER + 1, FIRST_NUMBER + 1, ACK, NO_BYTES, NO_BYTES))
        : List.of();
  }

  /** Some bytes of a chunk. */
  byte[] data(Chunk chunk, int from, int to) {
    var bytes = Arrays.copyOfRange(chunk.bytes(), from, to);
    long number = FIRST_NUMBER + 1 + chunk.offset() + from;
    long seen = FIRST_NUMBER + 1 + (chunk.received() ? sent : received);
    if (chunk.received()) {
      received = chunk.offset() + to;
    } else {
      sent = chunk.offset() + to;
    }
    return packet(chunk.received(), number, seen, PUSH_ACK, NO_BYTES, bytes);
  }

  private byte[] packet(
      boolean fromClient, long number, long seen, int flags, byte[] options, byte[] payload) {
    var source = fromClient ? client : server;
    var target = fromClient ? server : client;
    int tcpBytes = HEADER_BYTES + options.length + payload.length;
    boolean v4 = source.address() instanceof Inet4Address;
    var packet = ByteBuffer.allocate((v4 ? HEADER_BYTES : IPV6_HEADER_BYTES) + tcpBytes);
    if (v4) {
      ipv4(packet, source, target, tcpBytes);
    } else {
      packet.putInt(6 << 28).putShort((short) tcpBytes).put((byte) TCP).put((byte) TTL);
      packet.put(source.address().getAddress()).put(target.address().getAddress());
    }
    int start = packet.position();
    packet.putShort((short) source.port()).putShort((short) target.port());
    packet.putInt((int) number).putInt((int) seen);
    packet.put((byte) (((HEADER_BYTES + options.length) / 4) << 4)).put((byte) flags);
    packet.putShort((short) WINDOW).putInt(0).put(options).put(payload);
    int sum = checksum(ByteBuffer.wrap(pseudoHeader(source, target, tcpBytes)), 0);
    packet.putShort(start + 16, (short) ~checksum(packet.slice(start, tcpBytes), sum));
    return packet.array();
  }

  private void ipv4(ByteBuffer packet, Endpoint source, Endpoint target, int tcpBytes) {
    identification++;
    packet.put((byte) 0x45).put((byte) 0).putShort((short) (HEADER_BYTES + tcpBytes));
    packet.putShort((short) identification).putShort((short) 0x4000);
    packet.put((byte) TTL).put((byte) TCP).putShort((short) 0);
    packet.put(source.address().getAddress()).put(target.address().getAddress());
    packet.putShort(10, (short) ~checksum(packet.slice(0, HEADER_BYTES), 0));
  }

  /** What TCP's checksum covers beside the segment: RFC 9293, 3.1, and RFC 8200, 8.1. */
  private static byte[] pseudoHeader(Endpoint source, Endpoint target, int tcpBytes) {
    var from = source.address().getAddress();
    var to = target.address().getAddress();
    // Both forms give the same sum of 16-bit words.
    return ByteBuffer.allocate(from.length + to.length + 4)
        .put(from)
        .put(to)
        .putShort((short) TCP)
        .putShort((short) tcpBytes)
        .array();
  }

  /** The ones' complement sum of 16-bit words (RFC 1071), on top of an earlier one. */
  private static int checksum(ByteBuffer words, int start) {
    int sum = start;
    while (words.remaining() > 1) {
      sum += words.getShort() & 0xffff;
    }
    if (words.hasRemaining()) {
      sum += (words.get() & 0xff) << 8;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
