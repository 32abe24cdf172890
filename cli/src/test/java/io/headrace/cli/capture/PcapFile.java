package io.headrace.cli.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A small reader of pcapng that takes nothing for granted of what one wrote. */
final class PcapFile {
  /** A packet as it is in the file. */
  @SuppressWarnings("ArrayRecordComponent") // Compared nowhere.
  record Packet(long timeNs, byte[] bytes, List<String> comments) {
    private int ipBytes() {
      return bytes[0] >> 4 == 4 ? 20 : 40;
    }

    private ByteBuffer tcp() {
      return ByteBuffer.wrap(bytes).slice(ipBytes(), bytes.length - ipBytes());
    }

    long number() {
      return tcp().getInt(4) & 0xffff_ffffL;
    }

    long seen() {
      return tcp().getInt(8) & 0xffff_ffffL;
    }

    int sourcePort() {
      return tcp().getShort(0) & 0xffff;
    }

    String payload() {
      int header = (tcp().get(12) >> 4 & 0xf) * 4;
      return new String(
          bytes,
          ipBytes() + header,
          bytes.length - ipBytes() - header,
          StandardCharsets.ISO_8859_1);
    }

    /** What must come out of a right header, and of a right segment: all ones. */
    int ipSum() {
      return ipBytes() == 20 ? sum(ByteBuffer.wrap(bytes, 0, 20), 0) : 0xffff;
    }

    int tcpSum() {
      boolean v4 = ipBytes() == 20;
      var addresses = ByteBuffer.wrap(bytes).slice(v4 ? 12 : 8, v4 ? 8 : 32);
      return sum(tcp(), sum(addresses, 6 + tcp().remaining()));
    }

    private static int sum(ByteBuffer words, int start) {
      long sum = start;
      while (words.hasRemaining()) {
        sum += (words.get() & 0xff) << 8;
        sum += words.hasRemaining() ? words.get() & 0xff : 0;
      }
      while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
      }
      return (int) sum;
    }
  }

  final List<Packet> packets = new ArrayList<>();
  final List<String> comments = new ArrayList<>();
  int linkType = -1;
  int timeResolution = 6;

  PcapFile(byte[] bytes) {
    var file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (file.hasRemaining()) {
      int at = file.position();
      int type = file.getInt();
      int length = file.getInt();
      if (length % 4 != 0 || file.getInt(at + length - 4) != length) {
        throw new AssertionError("a block of " + length + " bytes at " + at);
      }
      block(type, file.slice(at + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN));
      file.position(at + length);
    }
  }

  private void block(int type, ByteBuffer block) {
    switch (type) {
      case 0x0a0d0d0a -> {
        if (block.getInt() != 0x1a2b3c4d || block.getShort() != 1) {
          throw new AssertionError("no section header");
        }
        block.position(16);
        options(block, comments);
      }
      case 1 -> {
        linkType = block.getShort();
        block.position(8);
        options(block, comments);
      }
      case 6 -> {
        block.getInt();
        long time = (long) block.getInt() << 32 | (block.getInt() & 0xffff_ffffL);
        var bytes = new byte[block.getInt()];
        if (block.getInt() != bytes.length) {
          throw new AssertionError("a packet that was cut");
        }
        block.get(bytes);
        align(block);
        var said = new ArrayList<String>();
        options(block, said);
        packets.add(new Packet(time, bytes, said));
      }
      default -> throw new AssertionError("a block of type " + type);
    }
  }

  private void options(ByteBuffer block, List<String> found) {
    while (block.hasRemaining()) {
      int code = block.getShort();
      var value = new byte[block.getShort()];
      block.get(value);
      align(block);
      if (code == 1) {
        found.add(new String(value, StandardCharsets.UTF_8));
      } else if (code == 9) {
        timeResolution = value[0];
      }
    }
  }

  private static void align(ByteBuffer block) {
    block.position((block.position() + 3) / 4 * 4);
  }
}
