package io.headrace.server;

import io.headrace.journal.JournalException;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection on epoll: one {@code recv} a readiness, or {@link #READS_MAX} within large bodies,
 * straight into the loop's read buffer and the conversation; one {@code send} a flush; no {@code
 * epoll_ctl} but to pause, and to wait for a peer that is slow.
 *
 * <p>Stands on Netty's event loop and sockets, not on its channels. Those of 4.2.18 remove a
 * half-closed peer from epoll and then fail its next short write, read a paused connection to its
 * end when the peer hangs up, and do not see a reset after a half-close; and they cost a pipeline.
 */
final class EpollWire implements EpollIoHandle, Wire, NettyLoopThread.Open {
  private static final Logger LOG = LoggerFactory.getLogger(EpollWire.class);

  /** EPOLLHUP of epoll_ctl(2): both directions are over. Told whether it is asked for or not. */
  private static final int HANG_UP = 0x10;

  private static final int READABLE = EpollIoOps.EPOLLIN.value();
  private static final int WRITABLE = EpollIoOps.EPOLLOUT.value();
  private static final int BROKEN = EpollIoOps.EPOLLERR.value() | HANG_UP;

  // An empty interest would take the socket out of epoll. Errors are told in any case.
  private static final EpollIoOps NEITHER = EpollIoOps.EPOLLERR;
  private static final EpollIoOps IN = NEITHER.with(EpollIoOps.EPOLLIN);
  private static final EpollIoOps OUT = NEITHER.with(EpollIoOps.EPOLLOUT);
  private static final EpollIoOps BOTH = IN.with(EpollIoOps.EPOLLOUT);

  /** Reads of one readiness, where each fills the buffer and ends within a large body. */
  static final int READS_MAX = 4;

  private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

  private final Socket socket;
  private final SocketAddress remote;
  private final SocketAddress local;
  private final NettyLoopThread loop;
  private final Connections.Place place;
  private final IoRegistration registration;
  private EpollIoOps interest = IN;
  private Conversation conversation = Silence.INSTANCE;
  private Recording recording = Recording.NONE;

  /** Replies of this turn; of the loop's memory while {@link #hasOut}. */
  private ByteBuf out = NOTHING;

  /** Replies that the peer's kernel did not take; of the loop's memory while {@link #hasUnsent}. */
  private ByteBuf unsent = NOTHING;

  private long inBytes;
  private long outBytes;
  private boolean hasOut;
  private boolean hasUnsent;

  private boolean reading = true;
  private boolean refused;
  private boolean inputEnded;
  private boolean closing;
  private Loss loss = Loss.CLOSED;
  private boolean gone;

  private EpollWire(
      Socket socket,
      SocketAddress remote,
      SocketAddress local,
      NettyLoopThread loop,
      Connections.Place place) {
    this.socket = socket;
    this.remote = remote;
    this.local = local;
    this.loop = loop;
    this.place = place;
    this.registration = loop.register(this);
    loop.opened(this);
  }

  /**
   * Opens the conversation of an accepted socket, and begins to read. The socket is the wire's from
   * now on. Called on the loop's thread.
   *
   * @param local the address that was listened on
   * @throws ChannelException when the kernel cannot watch it; the socket is still the caller's
   */
  static void open(
      Socket socket,
      SocketAddress remote,
      SocketAddress local,
      NettyLoopThread loop,
      Connections.Place place,
      Protocol protocol) {
    var wire = new EpollWire(socket, remote, local, loop, place);
    wire.guarded(() -> {
      wire.conversation = protocol.open(wire);
      if (!wire.gone) {
        long _ = wire.registration.submit(wire.interest);
      }
    });
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void handle(IoRegistration by, IoEvent event) {
    int ready = ((EpollIoEvent) event).ops().value();
    try {
      if ((ready & WRITABLE) != 0) {
        sendUnsent();
      }
      if ((ready & READABLE) != 0) {
        readSome();
      } else if ((ready & BROKEN) != 0) {
        // Were it read, the bytes before the break would come first, and the break after them.
        drop();
      }
    } catch (Throwable fault) {
      failed(fault);
    }
  }

  /** Of large bodies more is read at once: fewer turns, and fewer sends of what is replied. */
  private void readSome() {
    int reads = 1;
    while (read() && conversation.isMidLargeBody() && reads < READS_MAX) {
      reads++;
    }
  }

  /** Reads once; true when that has filled the buffer. */
  private boolean read() {
    if (gone || !reading || inputEnded || loop.hasEnded()) {
      return false;
    }
    int room = conversation.roomBytes();
    if (room <= 0) {
      return false;
    }
    ByteBuf bytes = loop.readBuffer().cleared();
    int count;
    try {
      count = receive(bytes, Math.min(room, bytes.capacity()));
    } catch (IOException e) {
      lost(e);
      return false;
    }
    if (count > 0) {
      inBytes += count;
      bytes.writerIndex(count);
      if (!closing) {
        record(bytes);
        conversation.received(bytes);
      }
    } else if (count < 0) {
      inputEnded = true;
      updateInterest();
      if (!closing) {
        conversation.inputEnded();
      }
    }
    return count == bytes.capacity();
  }

  private void record(ByteBuf bytes) {
    if (recording == Recording.NONE) {
      recording = loop.recorder().open();
    }
    recording.received(bytes, loop.bytesCame());
  }

  /** Returns the number of bytes, 0 when there are none, -1 at their end. */
  private int receive(ByteBuf bytes, int most) throws IOException {
    if (bytes.hasMemoryAddress()) {
      return socket.recvAddress(bytes.memoryAddress(), 0, most);
    }
    ByteBuffer view = bytes.internalNioBuffer(0, most);
    return socket.recv(view, view.position(), view.limit());
  }

  /**
   * Sends what the kernel takes at once; true when that was all.
   *
   * @param begins whether it begins with a reply
   */
  private boolean send(ByteBuf bytes, boolean begins) {
    try {
      int sent;
      if (bytes.hasMemoryAddress()) {
        sent = socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      } else {
        ByteBuffer view = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
        sent = socket.send(view, view.position(), view.limit());
      }
      outBytes += sent;
      recording.sent(bytes, sent, begins, loop.latestNanos());
      bytes.skipBytes(sent);
      return !bytes.isReadable();
    } catch (IOException e) {
      lost(e);
      return false;
    }
  }

  @Override
  public ByteBuf out() {
    if (!hasOut) {
      out = loop.outBuffers().take();
      hasOut = true;
    }
    return out;
  }

  @Override
  public void flush() {
    if (!hasOut) {
      return;
    }
    if (gone || loop.hasEnded()) {
      discard();
      return;
    }
    ByteBuf bytes = out;
    out = NOTHING;
    hasOut = false;
    if (hasUnsent) {
      unsent.discardSomeReadBytes().writeBytes(bytes);
      loop.outBuffers().give(bytes);
      loop.backlog().waits(this, unsent.capacity(), loop.nanoTime());
    } else if (!bytes.isReadable() || send(bytes, /* begins= */ true) || gone) {
      loop.outBuffers().give(bytes);
    } else {
      unsent = bytes;
      hasUnsent = true;
      updateInterest();
      loop.backlog().waits(this, unsent.capacity(), loop.nanoTime());
    }
    tellWhenWritable();
  }

  private void sendUnsent() {
    if (!hasUnsent || gone || loop.hasEnded()) {
      return;
    }
    if (send(unsent, /* begins= */ false)) {
      loop.backlog().forget(this);
      unsent.release();
      unsent = NOTHING;
      hasUnsent = false;
      if (closing) {
        drop();
        return;
      }
      updateInterest();
    } else {
      loop.backlog().moves(this, loop.nanoTime());
    }
    tellWhenWritable();
  }

  @Override
  public boolean isWritable() {
    refused |= waitingBytes() > OutLimits.HIGH_BYTES;
    return !refused;
  }

  private int waitingBytes() {
    return unsent.readableBytes() + out.readableBytes();
  }

  private void tellWhenWritable() {
    if (refused && !closing && waitingBytes() <= OutLimits.LOW_BYTES) {
      refused = false;
      loop.execute(() -> guarded(() -> conversation.writable()));
    }
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    updateInterest();
  }

  private void updateInterest() {
    boolean in = reading && !inputEnded;
    EpollIoOps wanted = hasUnsent ? (in ? BOTH : OUT) : (in ? IN : NEITHER);
    if (!wanted.equals(interest) && !gone) {
      interest = wanted;
      try {
        long _ = registration.submit(wanted);
      } catch (UncheckedIOException e) {
        lost(e);
      }
    }
  }

  @Override
  public void close() {
    if (closing || gone) {
      return;
    }
    if (hasOut) {
      flush();
    }
    closing = true;
    if (!hasUnsent || loop.hasEnded()) {
      drop();
    } else {
      // What comes meanwhile is read and forgotten: unread bytes would make the kernel reset.
      reading(true);
      loop.executeAfter(OutLimits.CLOSE_WAIT_MS, this::drop);
    }
  }

  private void lost(Exception reason) {
    loss = Loss.of(reason);
    LOG.debug("{}: connection lost: {}", peer(), reason.getMessage());
    drop();
  }

  /** Closes without sending anything more; the conversation is told of it a little later. */
  @Override
  public void drop() {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    discard();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("{}: the socket did not close well: {}", peer(), e.getMessage());
    }
    boolean _ = registration.cancel();
    loop.backlog().forget(this);
    loop.closed(this);
    loop.execute(this::tellGone);
  }

  private void discard() {
    out.release();
    out = NOTHING;
    hasOut = false;
    if (gone) {
      unsent.release();
      unsent = NOTHING;
      hasUnsent = false;
    }
  }

  private void tellGone() {
    place.leave();
    Conversation last = conversation;
    conversation = Silence.INSTANCE;
    guarded(() -> last.disconnected(loss));
    recording.end();
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable fault) {
      failed(fault);
    }
  }

  private void failed(Throwable fault) {
    if (fault instanceof RuntimeException ours && !(fault instanceof JournalException)) {
      loop.faults().log(peer(), ours);
      drop();
    } else {
      loop.fail(fault);
    }
  }

  @Override
  public String peer() {
    return AddressText.of(remote);
  }

  @Override
  public WireFacts facts() {
    return new WireFacts(inBytes, outBytes, waitingBytes(), inputEnded, tcp());
  }

  private Optional<TcpFacts> tcp() {
    if (gone || !(remote instanceof InetSocketAddress)) {
      return Optional.empty();
    }
    try {
      // Never registered: only the way to Netty's TCP_INFO.
      return Optional.of(TcpFacts.of(new EpollSocketChannel(socket.intValue()).tcpInfo()));
    } catch (ChannelException e) {
      LOG.debug("{}: the kernel does not tell of the connection", peer(), e);
      return Optional.empty();
    }
  }

  @Override
  public String local() {
    return AddressText.of(local);
  }

  @Override
  public void sealed() {
    recording = Recording.ELSEWHERE;
  }

  @Override
  public Recording recording() {
    return recording;
  }
}
