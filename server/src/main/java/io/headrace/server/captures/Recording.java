package io.headrace.server.captures;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The last bytes of one connection, both ways. Used on the loop's thread. */
public final class Recording {
  /** Remembers nothing: of connections that have not spoken, and where nothing is to be kept. */
  public static final Recording NONE = new Recording(new RingBudget(0), 0);

  /** Of a connection that somebody else remembers. */
  public static final Recording ELSEWHERE = new Recording(new RingBudget(0), 0);

  /**
   * So many bytes before the last ones are looked at too, so that a token among those is known:
   * more than the longest line that is no error (224 bytes), which may begin with {@code auth}.
   */
  private static final int BEFORE_LAST_BYTES = 512;

  private final FlightRing in;
  private final FlightRing out;
  private final boolean on;
  private boolean betweenRequests = true;

  Recording(RingBudget budget, int bytesEachWay) {
    in = new FlightRing(budget, bytesEachWay);
    out = new FlightRing(budget, bytesEachWay);
    on = bytesEachWay > 0;
  }

  /** Whether it remembers anything. */
  public boolean isOn() {
    return on;
  }

  /**
   * Remembers bytes that were received, from the buffer's reader index on.
   *
   * @param nanos when, as {@link System#nanoTime} tells it
   */
  public void received(ByteBuf bytes, long nanos) {
    if (on) {
      in.add(bytes, bytes.readerIndex(), bytes.readableBytes(), betweenRequests, nanos);
      betweenRequests = false;
    }
  }

  /**
   * Remembers the first {@code length} bytes, from the buffer's reader index on, that were sent.
   *
   * @param begins whether they begin with a reply
   */
  public void sent(ByteBuf bytes, int length, boolean begins, long nanos) {
    if (on) {
      out.add(bytes, bytes.readerIndex(), length, begins, nanos);
    }
  }

  /** Notes that everything received was taken, and that the next byte begins a request. */
  public void betweenRequests() {
    betweenRequests = true;
  }

  /** How many bytes were ever received. */
  public long receivedBytes() {
    return in.total();
  }

  /** How many bytes were ever sent. */
  public long sentBytes() {
    return out.total();
  }

  /** What is remembered, but tokens, in the order in which it came and went. */
  List<Chunk> chunks(long wallMinusNanos) {
    var all = new ArrayList<Chunk>(in.chunks(/* received= */ true, wallMinusNanos));
    Secrets.blank(all);
    all.addAll(out.chunks(/* received= */ false, wallMinusNanos));
    // Stable, so that what was received in a turn stands before what was sent in it.
    all.sort(Comparator.comparingLong(Chunk::timeNs));
    return all;
  }

  /**
   * The end of what was received, but tokens, as one line of printable ASCII: whole lines where one
   * fits. What is not to be seen is escaped: {@code \r}, {@code \n}, {@code \t}, {@code \\}, or
   * {@code \xNN}. "" where nothing is remembered.
   *
   * @param charsMax so many characters at most
   */
  public String lastReceived(int charsMax) {
    var last =
        in.chunks(/* received= */ true, /* wallMinusNanos= */ 0, charsMax + BEFORE_LAST_BYTES);
    return LastLines.of(Secrets.joined(last), charsMax);
  }

  /** Forgets everything: the connection is gone. */
  public void end() {
    in.release();
    out.release();
  }
}
