package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EpollWireTest extends WireContract {
  private static final int MIB = 1 << 20;

  EpollWireTest() {
    super(/* epoll= */ true);
  }

  @Test
  void bytes_come_back_over_a_unix_socket(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("echo.sock");
    try (var served = serve(this::echo, "unix:" + path);
        var socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      assertThat(served.names()).containsExactly("unix:" + path);
      int _ = socket.write(ByteBuffer.wrap("hello".getBytes(US_ASCII)));
      var back = ByteBuffer.allocate(5);
      while (back.hasRemaining() && socket.read(back) >= 0) {
        // Until all five are here.
      }
      assertThat(back.array()).asString(US_ASCII).isEqualTo("hello");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void one_server_listens_on_several_addresses(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("echo.sock");
    try (var served = serve(this::echo, ANY_PORT, "[::1]:0", "unix:" + path)) {
      assertThat(served.names()).hasSize(3);
      try (var first = served.connect();
          var third = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        first.getOutputStream().write('x');
        assertThat(Served.read(first, 1)).containsExactly('x');
        assertThat(third.write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
      }
    }
  }

  @Test
  void the_kernel_tells_of_a_connection_and_who_does_not_read_is_seen() throws Exception {
    try (var served = serve(wire -> open(new Talker(wire)), ANY_PORT);
        var socket = served.connect()) {
      socket.getOutputStream().write(0);
      Recorded conversation = next();
      assertThat(Served.read(socket, MIB)).hasSize(MIB);
      WireFacts idle = served.onLoop(conversation.wire::facts);
      assertThat(idle.inBytes()).isEqualTo(1);
      assertThat(idle.outBytes()).isEqualTo(MIB);
      assertThat(idle.waitingBytes()).isZero();
      assertThat(idle.tcp()).hasValueSatisfying(tcp -> assertThat(tcp.rttUs()).isPositive());
      assertThat(ConnectionHealth.of(idle)).isEqualTo(ConnectionHealth.HEALTHY);
      socket.getOutputStream().write(new byte[16]);
      Served.await(
          "replies wait",
          () ->
              ConnectionHealth.of(served.onLoop(conversation.wire::facts))
                  == ConnectionHealth.SLOW_READER);
    }
  }

  /** Says a mebibyte for each byte, whether it is taken or not. */
  private static final class Talker extends Recorded {
    Talker(Wire wire) {
      super(wire);
    }

    @Override
    public void received(ByteBuf bytes) {
      for (int left = bytes.readableBytes(); left > 0; left--) {
        wire.out().writeZero(MIB);
        wire.flush();
      }
    }
  }

  @Test
  void peers_that_do_not_read_are_closed_when_others_need_the_memory() throws Exception {
    int asked = 16;
    try (var served =
            new Served(true, Served.MANY, 20L * MIB, wire -> open(new Talker(wire)), ANY_PORT);
        var first = served.connect();
        var second = served.connect()) {
      first.getOutputStream().write(new byte[asked]);
      Recorded deaf = next();
      Served.await("both are open", () -> served.open() == 2);
      second.getOutputStream().write(new byte[asked]);
      // Read only now: a fast reader would leave the deaf one its memory.
      Served.await("the deaf one is closed", () -> deaf.told().contains("disconnected"));
      assertThat(Served.read(second, asked * MIB)).hasSize(asked * MIB);
      assertThat(served.open()).isEqualTo(1);
      assertThat(served.failures).isEmpty();
    }
  }

  /** Counts its reads between two looks of the loop at what else there is. */
  private static final class Counting extends Recorded {
    private final boolean midLargeBody;
    private final NettyLoopThread loop;
    private final List<Integer> reads = new ArrayList<>();
    private int readsNow;

    Counting(Wire wire, boolean midLargeBody, NettyLoopThread loop) {
      super(wire);
      this.midLargeBody = midLargeBody;
      this.loop = loop;
      wire.reading(false);
    }

    @Override
    public boolean isMidLargeBody() {
      return midLargeBody;
    }

    @Override
    public void received(ByteBuf bytes) {
      receivedBytes.addAndGet(bytes.readableBytes());
      if (readsNow++ == 0) {
        loop.execute(() -> {
          reads.add(readsNow);
          readsNow = 0;
        });
      }
    }
  }

  private List<Integer> readsOf(Path path, boolean midLargeBody) throws Exception {
    var loop = new CompletableFuture<NettyLoopThread>();
    Protocol counting = wire -> open(new Counting(wire, midLargeBody, loop.join()));
    try (var served = serve(counting, "unix:" + path);
        var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      loop.complete(served.loop);
      socket.setOption(StandardSocketOptions.SO_SNDBUF, MIB);
      assertThat(socket.connect(UnixDomainSocketAddress.of(path))).isTrue();
      socket.configureBlocking(false);
      var some = ByteBuffer.allocate(16 * 1024);
      long written = 0;
      for (int took = 1; took > 0; written += took) {
        took = socket.write(some.clear());
      }
      assertThat(written).as("what the kernel takes").isGreaterThan(2 * SharedReadBuffer.BYTES);
      var conversation = (Counting) next();
      served.loop.execute(() -> conversation.wire.reading(true));
      long all = written;
      Served.await("all has come", () -> conversation.receivedBytes.get() == all);
      return served.onLoop(() -> conversation.reads);
    }
  }

  @Test
  void a_large_body_is_read_on_a_few_times_and_what_else_comes_once(@TempDir Path directory)
      throws Exception {
    assertThat(readsOf(directory.resolve("bodies.sock"), /* midLargeBody= */ true))
        .allMatch(reads -> reads <= EpollWire.READS_MAX)
        .anyMatch(reads -> reads > 1);
    assertThat(readsOf(directory.resolve("lines.sock"), /* midLargeBody= */ false))
        .containsOnly(1)
        .hasSizeGreaterThan(2);
  }

  @Test
  void a_close_is_noticed_on_a_paused_unix_connection(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("echo.sock");
    try (var _ = serve(wire -> open(new Reluctant(wire)), "unix:" + path)) {
      try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        assertThat(socket.connect(UnixDomainSocketAddress.of(path))).isTrue();
        int _ = socket.write(ByteBuffer.wrap(new byte[1]));
        assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(1);
        int _ = socket.write(ByteBuffer.wrap(new byte[1000]));
      }
      Recorded conversation = next();
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      assertThat(conversation.told()).containsExactly("disconnected");
    }
  }

  @Test
  void a_reset_is_noticed_on_a_paused_connection() throws Exception {
    try (var served = serve(wire -> open(new Reluctant(wire)), ANY_PORT)) {
      try (var socket = served.connect()) {
        socket.getOutputStream().write('a');
        assertThat(Served.read(socket, 1)).hasSize(1);
        socket.getOutputStream().write(new byte[1000]);
        socket.setSoLinger(true, 0);
      }
      Recorded conversation = next();
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      assertThat(conversation.told()).containsExactly("disconnected");
    }
  }

  @Test
  void a_reset_after_the_end_of_input_is_noticed() throws Exception {
    Protocol waiting =
        wire ->
            open(
                new Recorded(wire) {
                  @Override
                  public void inputEnded() {
                    events.add("inputEnded");
                  }
                });
    try (var served = serve(waiting, ANY_PORT)) {
      Recorded conversation;
      try (var socket = served.connect()) {
        socket.shutdownOutput();
        conversation = next();
        Served.await("its end is seen", () -> conversation.told().contains("inputEnded"));
        socket.setSoLinger(true, 0);
      }
      Served.await("it is over", () -> conversation.told().contains("disconnected"));
      assertThat(conversation.told()).containsExactly("inputEnded", "disconnected");
    }
  }
}
