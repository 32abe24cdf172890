package io.headrace.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.captures.Capture;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PcapNgTest {
  private static final int SERVER_PORT = 11300;

  private static PcapFile read(Capture capture) {
    var file = new PcapFile(PcapNg.of(capture));
    assertThat(file.linkType).as("raw IP").isEqualTo(101);
    assertThat(file.timeResolution).as("nanoseconds").isEqualTo(9);
    assertThat(file.packets)
        .allMatch(packet -> packet.ipSum() == 0xffff)
        .allMatch(packet -> packet.tcpSum() == 0xffff);
    return file;
  }

  private static String payloads(PcapFile file, boolean fromServer) {
    return file.packets.stream()
        .filter(packet -> (packet.sourcePort() == SERVER_PORT) == fromServer)
        .map(PcapFile.Packet::payload)
        .collect(Collectors.joining());
  }

  @Test
  void a_conversation_is_packets_with_its_bytes_and_times() {
    var capture = new Samples().in("put 0 0 1 1\r\nx\r\n").out("INSERTED 1\r\n").byHand();
    var file = read(capture);
    assertThat(file.packets).as("with a handshake").hasSize(5);
    assertThat(file.packets.get(3).payload()).isEqualTo("put 0 0 1 1\r\nx\r\n");
    assertThat(file.packets.get(3).timeNs()).isEqualTo(Samples.TIME_NS);
    assertThat(file.packets.get(4).payload()).isEqualTo("INSERTED 1\r\n");
    assertThat(file.packets.get(4).timeNs()).isEqualTo(Samples.TIME_NS + 1_000_001);
    assertThat(file.packets.get(4).seen()).isEqualTo(file.packets.get(3).number() + 16);
    assertThat(file.comments).singleElement().asString().startsWith("Headrace capture 3: by-hand");
  }

  @Test
  void where_the_beginning_is_lost_there_is_no_handshake_and_the_numbers_go_on() {
    var file = read(new Samples().lose(5000, 7).in("a\r\n").out("b\r\n").in("c\r\n").byHand());
    assertThat(file.packets).hasSize(3);
    assertThat(file.packets.getFirst().number()).isEqualTo(6001);
    assertThat(file.packets.getFirst().seen()).isEqualTo(1008);
    assertThat(file.packets.getLast().number()).isEqualTo(6004);
    assertThat(file.packets.getLast().seen()).isEqualTo(1011);
  }

  @Test
  void the_packet_with_the_byte_at_which_reading_stopped_says_so() {
    var said = "x".repeat(3000);
    var file = read(new Samples().in(said).stoppedAt(1405));
    assertThat(payloads(file, false)).isEqualTo(said);
    var marked = file.packets.stream().filter(packet -> !packet.comments().isEmpty()).toList();
    assertThat(marked).singleElement().isEqualTo(file.packets.get(4));
    assertThat(marked.getFirst().comments())
        .containsExactly(
            "Headrace: bad-format: reading stopped at byte 5 of this payload; expected"
                + " 'put <pri> <delay> <ttr> <bytes>'");
  }

  @Test
  void ipv6_and_unix_sockets_and_any_address_are_packets_too() {
    for (var ends :
        List.of(
            List.of("[::1]:40000", "[::1]:11300"),
            List.of("[fe80::1%eth0]:40000", ":11300"),
            List.of("10.0.0.7:40000", "0.0.0.0:11300"),
            List.of("unix:/run/h.sock", "unix:/run/h.sock"))) {
      var samples = new Samples().between(ends.getFirst(), ends.getLast());
      var file = read(samples.in("odd").out("reply").byHand());
      assertThat(payloads(file, false)).as("%s", ends).isEqualTo("odd");
      assertThat(payloads(file, true)).as("%s", ends).isEqualTo("reply");
    }
  }
}
