package io.headrace.server;

import io.headrace.journal.JournalException;
import io.headrace.server.captures.Recording;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection where epoll is not to be had: a channel of Netty on the JDK's selector, of which
 * this is the only handler.
 */
final class NioWire extends ChannelInboundHandlerAdapter implements Wire, NettyLoopThread.Open {
  private static final Logger LOG = LoggerFactory.getLogger(NioWire.class);
  private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

  private final Channel channel;
  private final SocketAddress listener;
  private final NettyLoopThread loop;
  private final Protocol protocol;
  private final Connections.Place place;

  private Conversation conversation = Silence.INSTANCE;
  private Recording recording = Recording.NONE;
  private ByteBuf out = NOTHING;
  private boolean hasOut;
  private long inBytes;

  /** Handed to Netty, which may keep some of it. */
  private long outBytes;

  private boolean refused;
  private boolean inputEnded;
  private Loss loss = Loss.CLOSED;
  private boolean closing;

  NioWire(
      Channel channel,
      SocketAddress listener,
      NettyLoopThread loop,
      Protocol protocol,
      Connections.Place place) {
    this.channel = channel;
    this.listener = listener;
    this.loop = loop;
    this.protocol = protocol;
    this.place = place;
  }

  @Override
  public ByteBuf out() {
    if (!hasOut) {
      out = loop.buffers().directBuffer(OutLimits.START_BYTES);
      hasOut = true;
    }
    return out;
  }

  @Override
  public void flush() {
    if (!hasOut) {
      return;
    }
    ByteBuf bytes = takeOut();
    if (!bytes.isReadable() || closing || loop.hasEnded()) {
      bytes.release();
      return;
    }
    outBytes += bytes.readableBytes();
    recordSent(bytes);
    var _ = channel.writeAndFlush(bytes, channel.voidPromise());
    tellWhenWritable();
  }

  /** What is handed to the channel: when the kernel takes it only that knows. */
  private void recordSent(ByteBuf bytes) {
    recording.sent(bytes, bytes.readableBytes(), /* begins= */ true, loop.latestNanos());
  }

  private ByteBuf takeOut() {
    ByteBuf bytes = out;
    out = NOTHING;
    hasOut = false;
    return bytes;
  }

  @Override
  public boolean isWritable() {
    refused |= !channel.isWritable() || out.readableBytes() > OutLimits.HIGH_BYTES;
    return !refused;
  }

  private void tellWhenWritable() {
    if (refused && !closing && channel.isWritable()) {
      refused = false;
      loop.execute(this::tellWritable);
    }
  }

  private void tellWritable() {
    try {
      conversation.writable();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void reading(boolean on) {
    channel.config().setAutoRead(on && !inputEnded);
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (loop.hasEnded()) {
      drop();
      return;
    }
    ByteBuf last = takeOut();
    recordSent(last);
    ChannelFuture sent = channel.writeAndFlush(last);
    sent.addListener(ChannelFutureListener.CLOSE);
    if (!sent.isDone()) {
      loop.executeAfter(OutLimits.CLOSE_WAIT_MS, this::drop);
    }
  }

  @Override
  public void drop() {
    closing = true;
    takeOut().release();
    var _ = channel.close();
  }

  @Override
  public String peer() {
    return AddressText.of(channel.remoteAddress());
  }

  @Override
  public WireFacts facts() {
    long waiting =
        Optional.ofNullable(channel.unsafe().outboundBuffer())
            .map(ChannelOutboundBuffer::totalPendingWriteBytes)
            .orElse(0L);
    return new WireFacts(
        inBytes, outBytes - waiting, Math.toIntExact(waiting), inputEnded, Optional.empty());
  }

  @Override
  public String local() {
    return AddressText.of(listener);
  }

  @Override
  public void sealed() {
    recording = Recording.ELSEWHERE;
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    loop.opened(this);
    if (!loop.hasEnded()) {
      conversation = protocol.open(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    inBytes += bytes.readableBytes();
    try {
      if (!closing && !loop.hasEnded()) {
        if (recording == Recording.NONE) {
          recording = loop.recorder().open();
        }
        recording.received(bytes, loop.bytesCame());
        conversation.received(bytes);
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded) {
      inputEnded = true;
      // There is nothing to read any more, and the selector would report that for ever.
      channel.config().setAutoRead(false);
      if (!closing && !loop.hasEnded()) {
        conversation.inputEnded();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    tellWhenWritable();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closing = true;
    takeOut().release();
    loop.closed(this);
    place.leave();
    Conversation last = conversation;
    conversation = Silence.INSTANCE;
    if (!loop.hasEnded()) {
      last.disconnected(loss);
    }
    recording.end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
    switch (reason) {
      case IOException e -> {
        loss = Loss.of(e);
        LOG.debug("{}: connection lost: {}", peer(), e.getMessage());
        drop();
      }
      case JournalException e -> loop.fail(e);
      case RuntimeException e -> failed(e);
      default -> loop.fail(reason);
    }
  }

  private void failed(RuntimeException fault) {
    if (fault instanceof JournalException) {
      loop.fail(fault);
    } else {
      loop.faults().log(peer(), fault);
      drop();
    }
  }
}
