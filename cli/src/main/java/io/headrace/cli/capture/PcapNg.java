package io.headrace.cli.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.Chunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A capture as a file of packets (pcapng, draft-ietf-opsawg-pcapng), for Wireshark: raw IP packets
 * with the bytes as they were, at their times, and headers made up around them. Where both ways are
 * there from the first byte on, the handshake before them is made up too.
 */
public final class PcapNg {
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int LINKTYPE_RAW = 101;

  private static final int OPTION_COMMENT = 1;
  private static final int OPTION_APPLICATION = 4;
  private static final int OPTION_TIME_RESOLUTION = 9;
  private static final byte[] NANOSECONDS = {9};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Capture capture;
  private final TcpStream stream;

  private PcapNg(Capture capture) {
    this.capture = capture;
    this.stream = new TcpStream(capture);
  }

  /** Writes one. */
  public static byte[] of(Capture capture) {
    var file = new PcapNg(capture);
    file.write();
    return file.out.toByteArray();
  }

  private void write() {
    var section = block();
    section.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(section, OPTION_COMMENT, about().getBytes(UTF_8));
    option(section, OPTION_APPLICATION, "headrace capture export".getBytes(UTF_8));
    end(SECTION_HEADER, section);
    var wire = block();
    wire.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
    option(wire, OPTION_TIME_RESOLUTION, NANOSECONDS);
    end(INTERFACE_DESCRIPTION, wire);
    if (!capture.chunks().isEmpty()) {
      long firstNs = capture.chunks().getFirst().timeNs();
      stream.handshake().forEach(packet -> packet(firstNs, packet, Optional.empty()));
    }
    capture.chunks().forEach(this::chunk);
  }

  private String about() {
    var finding = capture.finding();
    return "Headrace capture "
        + capture.id()
        + ": "
        + finding.cause().word()
        + ", connection "
        + capture.speaker().connection()
        + " of "
        + capture.speaker().peer()
        + (finding.jobs().isEmpty() ? "" : ", holding jobs " + finding.jobs());
  }

  private void chunk(Chunk chunk) {
    long stopped = capture.stoppedIn(chunk) ? capture.finding().stoppedAt() - chunk.offset() : -1;
    int length = chunk.bytes().length;
    for (int from = 0; from < length; from += TcpStream.SEGMENT_BYTES) {
      int to = Math.min(from + TcpStream.SEGMENT_BYTES, length);
      boolean marked = stopped >= from && (stopped < to || (to == length && stopped == length));
      var comment = marked ? Optional.of(stoppedAt(stopped - from)) : Optional.<String>empty();
      packet(chunk.timeNs(), stream.data(chunk, from, to), comment);
    }
  }

  private String stoppedAt(long byteOfPayload) {
    return "Headrace: "
        + capture.finding().cause().word()
        + ": reading stopped at byte "
        + byteOfPayload
        + " of this payload; expected "
        + capture.finding().expected();
  }

  private void packet(long timeNs, byte[] packet, Optional<String> comment) {
    var block = block();
    block.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
    block.putInt(packet.length).putInt(packet.length).put(packet);
    pad(block);
    comment.ifPresent(text -> option(block, OPTION_COMMENT, text.getBytes(UTF_8)));
    end(ENHANCED_PACKET, block);
  }

  /** The body of a block: larger than any that is written here. */
  private static ByteBuffer block() {
    return ByteBuffer.allocate(2 * TcpStream.SEGMENT_BYTES + 4096).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void option(ByteBuffer block, int code, byte[] value) {
    block.putShort((short) code).putShort((short) value.length).put(value);
    pad(block);
  }

  private static void pad(ByteBuffer block) {
    while (block.position() % 4 != 0) {
      block.put((byte) 0);
    }
  }

  private void end(int type, ByteBuffer block) {
    block.putInt(0); // The end of the options.
    int length = block.position() + 12;
    var frame = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(type).putInt(length).put(block.flip()).putInt(length);
    out.writeBytes(frame.array());
  }
}
