package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureCause;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.Chunk;
import io.headrace.server.captures.Finding;
import io.headrace.server.captures.RecorderOptions;
import io.headrace.server.captures.Speaker;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Wire} does, whatever it stands on. */
abstract class WireContract {
  static final String ANY_PORT = "127.0.0.1:0";

  private final boolean epoll;
  private final BlockingQueue<Recorded> conversations = new LinkedBlockingQueue<>();

  WireContract(boolean epoll) {
    this.epoll = epoll;
  }

  Served serve(Protocol protocol, String... addresses) {
    return new Served(epoll, Served.MANY, protocol, addresses);
  }

  Recorded next() throws InterruptedException {
    Recorded conversation = conversations.poll(Served.PATIENCE_S, TimeUnit.SECONDS);
    assertThat(conversation).as("a conversation that was opened").isNotNull();
    return conversation;
  }

  Recorded open(Recorded conversation) {
    conversations.add(conversation);
    return conversation;
  }

  Recorded echo(Wire wire) {
    return open(new Recorded(wire));
  }

  /** Leaves everything in the kernel from the first byte on, until told to go on. */
  static final class Reluctant extends Recorded {
    Reluctant(Wire wire) {
      super(wire);
    }

    @Override
    public void received(ByteBuf bytes) {
      super.received(bytes);
      wire.reading(false);
    }
  }

  @Test
  void bytes_come_back_over_ipv4() throws IOException {
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(Served.read(socket, 5)).asString(US_ASCII).isEqualTo("hello");
    }
  }

  /** Work in pieces, until a peer is heard or so many pieces are done. */
  private static final class Work implements Runnable {
    private static final int PIECES_MAX = 10_000;

    private final NettyLoopThread loop;
    private final Recorded peer;
    private int pieces;

    private Work(NettyLoopThread loop, Recorded peer) {
      this.loop = loop;
      this.peer = peer;
    }

    @Override
    public void run() {
      pieces++;
      if (peer.receivedBytes.get() == 0 && pieces < PIECES_MAX) {
        loop.executeAfterReads(this);
      }
    }
  }

  @Test
  void a_peer_is_heard_between_two_pieces_of_work() throws Exception {
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      var work = new Work(served.loop, next());
      served.loop.execute(() -> {
        write(socket, 'x');
        work.run();
      });
      assertThat(Served.read(socket, 1)).containsExactly('x');
      assertThat(served.onLoop(() -> work.pieces)).as("pieces of work before it").isLessThan(10);
    }
  }

  private static void write(Socket socket, char letter) {
    try {
      socket.getOutputStream().write(letter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void bytes_come_back_over_ipv6() throws IOException {
    try (var served = serve(this::echo, "[::1]:0");
        var socket = Served.connect(InetAddress.ofLiteral("::1"), served.port())) {
      socket.getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(Served.read(socket, 5)).asString(US_ASCII).isEqualTo("hello");
    }
  }

  @Test
  void what_is_said_is_remembered_with_its_time_and_forgotten_with_the_connection()
      throws Exception {
    long wallNs = 1_750_000_000_000_000_000L;
    var captures = Captures.inMemory(RecorderOptions.standard(), System::nanoTime, wallNs);
    try (var served = serve(this::echo, ANY_PORT)) {
      served.loop.execute(() -> served.loop.recordWith(captures.recorder()));
      try (var socket = served.connect()) {
        assertThat(served.onLoop(() -> captures.recorder().usedBytes())).as("silent").isZero();
        socket.getOutputStream().write("hello".getBytes(US_ASCII));
        assertThat(Served.read(socket, 5)).hasSize(5);
        Wire wire = next().wire;
        var speaker = new Speaker(1, wire.peer(), wire.local(), 0);
        var finding = new Finding(CaptureCause.BY_HAND, Finding.NOWHERE, "", List.of());
        served.onLoop(() -> captures.take(wire.recording(), speaker, finding));
        assertThat(wire.local()).isEqualTo("127.0.0.1:" + served.port());
        assertThat(wire.peer()).isEqualTo("127.0.0.1:" + socket.getLocalPort());
      }
      Capture capture = captures.find(1).orElseThrow().capture();
      assertThat(capture.chunks())
          .extracting(chunk -> new String(chunk.bytes(), US_ASCII))
          .containsExactly("hello", "hello");
      assertThat(capture.chunks()).extracting(Chunk::received).containsExactly(true, false);
      assertThat(capture.chunks())
          .extracting(Chunk::timeNs)
          .allMatch(ns -> ns > wallNs && ns <= capture.timeNs());
      Served.await(
          "it is forgotten", () -> served.onLoop(() -> captures.recorder().usedBytes()) == 0);
    }
  }

  @Test
  void a_port_alone_takes_ipv4_and_ipv6() throws IOException {
    try (var served = serve(this::echo, "0")) {
      for (String host : List.of("127.0.0.1", "::1")) {
        try (var socket = Served.connect(InetAddress.ofLiteral(host), served.port())) {
          socket.getOutputStream().write("hello".getBytes(US_ASCII));
          assertThat(Served.read(socket, 5)).asString(US_ASCII).isEqualTo("hello");
        }
      }
    }
  }

  @Test
  void a_peer_that_ended_its_side_still_gets_its_answers() throws Exception {
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write("last words".getBytes(US_ASCII));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes())
          .asString(US_ASCII)
          .isEqualTo("last wordsbye");
      Recorded conversation = next();
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      assertThat(conversation.told()).containsExactly("inputEnded", "disconnected");
    }
  }

  @Test
  void a_reset_connection_is_told_once() throws Exception {
    try (var served = serve(this::echo, ANY_PORT)) {
      try (var socket = served.connect()) {
        socket.getOutputStream().write('x');
        assertThat(Served.read(socket, 1)).hasSize(1);
        socket.setSoLinger(true, 0);
      }
      Recorded conversation = next();
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      Served.await("it is counted", () -> served.open() == 0);
      assertThat(conversation.told()).containsExactly("disconnected");
    }
  }

  @Test
  void a_send_to_a_peer_that_is_gone_ends_the_connection_once() throws Exception {
    try (var served = serve(wire -> open(new Reluctant(wire)), ANY_PORT)) {
      Recorded conversation;
      try (var socket = served.connect()) {
        socket.getOutputStream().write('x');
        assertThat(Served.read(socket, 1)).hasSize(1);
        conversation = next();
      }
      // The first bytes make the peer's kernel answer with a reset; those after it fail.
      Served.await(
          "it is over",
          () ->
              served.onLoop(() -> {
                conversation.wire.out().writeZero(100);
                conversation.wire.flush();
                return conversation.told().contains("disconnected");
              }));
      assertThat(conversation.told()).containsExactly("disconnected");
      assertThat(served.failures).isEmpty();
    }
  }

  @Test
  void ten_megabytes_come_back_as_they_were_sent() throws Exception {
    long seed = new Random().nextLong();
    byte[] sent = new byte[10 << 20];
    new Random(seed).nextBytes(sent);
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      var writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  socket.getOutputStream().write(sent);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(Served.read(socket, sent.length)).as("seed %d", seed).isEqualTo(sent);
      writer.join();
    }
  }

  @Test
  void a_peer_that_does_not_read_is_told_of_and_later_goes_on() throws Exception {
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write('x');
      assertThat(Served.read(socket, 1)).hasSize(1);
      Recorded conversation = next();
      int[] bytes = {0};
      Served.await(
          "it is not writable",
          () ->
              served.onLoop(() -> {
                if (conversation.wire.isWritable()) {
                  conversation.wire.out().writeZero(100_000);
                  bytes[0] += 100_000;
                  conversation.wire.flush();
                  return false;
                }
                return true;
              }));
      assertThat(conversation.told()).isEmpty();
      assertThat(Served.read(socket, bytes[0])).hasSize(bytes[0]);
      Served.await("it is told", () -> conversation.told().contains("writable"));
      assertThat(conversation.told()).containsExactly("writable");
      assertThat(served.<Boolean>onLoop(conversation.wire::isWritable)).isTrue();
    }
  }

  @Test
  void replies_that_are_not_flushed_yet_count_as_waiting() throws Exception {
    try (var served = serve(this::echo, ANY_PORT);
        var _ = served.connect()) {
      Recorded conversation = next();
      boolean writable =
          served.onLoop(() -> {
            conversation.wire.out().writeZero(OutLimits.HIGH_BYTES + 1);
            return conversation.wire.isWritable();
          });
      assertThat(writable).isFalse();
      served.onLoop(() -> {
        conversation.wire.flush();
        return true;
      });
      Served.await("it is told", () -> conversation.told().contains("writable"));
    }
  }

  @Test
  void a_paused_connection_leaves_its_bytes_in_the_kernel() throws Exception {
    try (var served = serve(wire -> open(new Reluctant(wire)), ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write('a');
      assertThat(Served.read(socket, 1)).containsExactly('a');
      socket.getOutputStream().write("bcd".getBytes(US_ASCII));
      socket.shutdownOutput();
      Recorded conversation = next();
      // Two questions are two turns of the loop: time enough for a read, were there one.
      assertThat(served.open()).isEqualTo(1);
      assertThat(served.open()).isEqualTo(1);
      assertThat(conversation.receivedBytes).hasValue(1);
      assertThat(conversation.told()).isEmpty();

      resume(served, conversation);
      assertThat(Served.read(socket, 3)).asString(US_ASCII).isEqualTo("bcd");
      resume(served, conversation);
      assertThat(socket.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("bye");
    }
  }

  private static void resume(Served served, Recorded conversation) {
    served.onLoop(() -> {
      conversation.wire.reading(true);
      return true;
    });
  }

  @Test
  void a_peer_that_ended_its_side_gets_a_long_answer_whole() throws Exception {
    int bytes = 20 << 20;
    Protocol late =
        wire ->
            open(
                new Recorded(wire) {
                  @Override
                  public void inputEnded() {
                    events.add("inputEnded");
                  }
                });
    try (var served = serve(late, ANY_PORT);
        var socket = served.connect()) {
      socket.shutdownOutput();
      Recorded conversation = next();
      Served.await("its end is seen", () -> conversation.told().contains("inputEnded"));
      served.onLoop(() -> {
        conversation.wire.out().writeZero(bytes);
        conversation.wire.flush();
        conversation.wire.close();
        return true;
      });
      assertThat(socket.getInputStream().readAllBytes()).hasSize(bytes);
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      assertThat(conversation.told()).containsExactly("inputEnded", "disconnected");
    }
  }

  @Test
  void a_close_sends_what_was_appended_to_a_peer_that_reads_late() throws Exception {
    int bytes = 20 << 20;
    try (var served = serve(this::echo, ANY_PORT);
        var socket = served.connect()) {
      Recorded conversation = next();
      served.onLoop(() -> {
        conversation.wire.out().writeZero(bytes);
        conversation.wire.close();
        return true;
      });
      assertThat(conversation.told()).isEmpty();
      assertThat(socket.getInputStream().readAllBytes()).hasSize(bytes);
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
    }
  }

  @Test
  void a_fault_of_a_conversation_ends_its_connection_only() throws Exception {
    Protocol faulty =
        wire ->
            open(
                new Recorded(wire) {
                  @Override
                  public void received(ByteBuf bytes) {
                    if (bytes.getByte(0) == '!') {
                      wire.out().writeCharSequence("half a reply", US_ASCII);
                      throw new IndexOutOfBoundsException("seven");
                    }
                    super.received(bytes);
                  }
                });
    try (var served = serve(faulty, ANY_PORT);
        var good = served.connect();
        var bad = served.connect()) {
      bad.getOutputStream().write('!');
      assertThat(bad.getInputStream().readAllBytes()).isEmpty();
      good.getOutputStream().write('x');
      assertThat(Served.read(good, 1)).containsExactly('x');
      assertThat(served.failures).isEmpty();
      Served.await("it is counted", () -> served.open() == 1);
    }
  }

  @Test
  void a_broken_invariant_ends_the_server_and_nothing_more_is_sent() throws Exception {
    Protocol broken =
        wire ->
            open(
                new Recorded(wire) {
                  @Override
                  public void received(ByteBuf bytes) {
                    super.received(bytes);
                    if (receivedBytes.get() > 1) {
                      wire.out().writeCharSequence("INSERTED", US_ASCII);
                      throw new AssertionError("the rule");
                    }
                  }
                });
    try (var served = serve(broken, ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write('x');
      assertThat(Served.read(socket, 1)).containsExactly('x');
      socket.getOutputStream().write('y');
      assertThat(served.failures.poll(Served.PATIENCE_S, TimeUnit.SECONDS))
          .isInstanceOf(AssertionError.class)
          .hasMessage("the rule");
      socket.getOutputStream().write('z');
      served.loop.close();
      assertThat(new String(readToTheEnd(socket), US_ASCII)).isIn("", "y");
      assertThat(served.failures).isEmpty();
    }
  }

  private static byte[] readToTheEnd(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // A server that is closed with bytes unread resets its connections.
      return new byte[0];
    }
  }

  @Test
  void two_thousand_connections_open_and_close() throws Exception {
    int connections = 2_000;
    var sockets = new ArrayList<Socket>(connections);
    try (var served = serve(this::echo, ANY_PORT)) {
      for (int i = 0; i < connections; i++) {
        sockets.add(served.connect());
      }
      Served.await("all are open", () -> served.open() == connections);
      Socket last = sockets.getLast();
      last.getOutputStream().write('x');
      assertThat(Served.read(last, 1)).containsExactly('x');
      for (Socket socket : sockets) {
        socket.close();
      }
      Served.await("all are closed", () -> served.open() == 0);
      assertThat(conversations)
          .hasSize(connections)
          .allSatisfy(c -> assertThat(c.told()).containsExactly("inputEnded", "disconnected"));
    }
  }

  @Test
  void beyond_the_limit_a_peer_is_told_and_closed_until_another_leaves() throws Exception {
    int places = 2 + Connections.RESERVED_LOOPBACK;
    var sockets = new ArrayList<Socket>();
    try (var served = new Served(epoll, new ConnectionOptions(2), new Full(this::echo), ANY_PORT)) {
      for (int i = 0; i < places; i++) {
        sockets.add(served.connect());
        sockets.getLast().getOutputStream().write('x');
        assertThat(Served.read(sockets.getLast(), 1)).containsExactly('x');
      }
      for (int i = 0; i < 3; i++) {
        try (var refused = served.connect()) {
          assertThat(Served.read(refused, 100)).asString(US_ASCII).isEqualTo(Full.WORDS);
        }
        assertThat(served.open()).isEqualTo(places);
      }
      sockets.getFirst().shutdownOutput();
      Served.await("one has left", () -> served.open() < places);
      try (var later = served.connect()) {
        later.getOutputStream().write('y');
        assertThat(Served.read(later, 1)).containsExactly('y');
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void a_peer_is_named_as_people_write_addresses() throws Exception {
    try (var served = serve(this::echo, ANY_PORT, "[::1]:0");
        var socket = served.connect()) {
      assertThat(next().wire.peer()).isEqualTo("127.0.0.1:" + socket.getLocalPort());
      String v6 = served.names().get(1);
      int port = Integer.parseInt(v6.substring(v6.lastIndexOf(':') + 1));
      try (var other = Served.connect(InetAddress.ofLiteral("::1"), port)) {
        assertThat(next().wire.peer()).isEqualTo("[0:0:0:0:0:0:0:1]:" + other.getLocalPort());
      }
    }
  }
}
