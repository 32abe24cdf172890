package io.headrace.http;

import static io.headrace.http.Phases.Phase;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** One request on its way, from the look-up of its host to its verdict. */
final class Attempt {
  private static final int READ_BYTES = 16 * 1024;

  /** So many bytes beyond the end of a response are read, to be counted. */
  private static final int BEYOND_BYTES_MAX = 64 * 1024;

  private final Request request;
  private final Sizes sizes;
  private final Optional<SSLContext> tls;
  private final Lookups lookups;
  private final Clock clock;
  private final Phases phases = new Phases(System.nanoTime());
  private final ResponseDecoder decoder;
  private final ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
  private final ByteBuffer out;
  private Optional<InetSocketAddress> peer = Optional.empty();
  private byte[] firstOfNoTls = new byte[0];

  /** Why the rest of the request cannot be sent; the server may have answered all the same. */
  private Optional<IOException> unsent = Optional.empty();

  /** Since when the next response, interim or final, is waited for. */
  private long waitingSinceNs;

  private int interimSeen;

  /**
   * An attempt that begins now.
   *
   * @param tls by which to speak with the server; empty for plain HTTP
   */
  Attempt(
      Request request,
      Deadlines deadlines,
      Sizes sizes,
      Optional<SSLContext> tls,
      Lookups lookups) {
    this.request = request;
    this.sizes = sizes;
    this.tls = tls;
    this.lookups = lookups;
    clock = new Clock(deadlines);
    decoder = new ResponseDecoder(request.method().equals("HEAD"), sizes);
    out = ByteBuffer.wrap(request.toBytes());
  }

  Exchange run() throws InterruptedException {
    var verdict = verdict();
    if (!phases.has(Phase.TOTAL)) {
      phases.allEnded(System.nanoTime());
    }
    var response = decoder.response();
    return new Exchange(
        request,
        verdict,
        response.bytes() == 0 ? response.withFirst(firstOfNoTls) : response,
        phases,
        peer);
  }

  private Verdict verdict() throws InterruptedException {
    try (var wire = connect()) {
      return tls.isPresent() ? byTls(wire, tls.get()) : converse(wire, wire);
    } catch (EndedException e) {
      return e.verdict();
    } catch (IOException e) {
      return broken(e, stage());
    }
  }

  private Wire connect() throws EndedException, InterruptedException {
    var address = request.address();
    var addresses = lookups.find(address.host(), clock.until(Deadline.DNS, System.nanoTime()));
    phases.ended(Phase.DNS, System.nanoTime());
    var dialling = new Dialling(address.port(), clock.until(Deadline.CONNECT, System.nanoTime()));
    var wire = dialling.connect(addresses);
    peer = dialling.peer();
    phases.ended(Phase.CONNECT, System.nanoTime());
    return wire;
  }

  private Verdict byTls(Wire wire, SSLContext context)
      throws IOException, EndedException, InterruptedException {
    var until = clock.until(Deadline.TLS, System.nanoTime());
    var pipe = new TlsPipe(wire, context, request.address(), sizes.firstKeptMax());
    boolean agreed = false;
    try {
      pipe.shakeHands(until);
      agreed = true;
    } catch (IOException e) {
      pipe.sayWhy();
      return broken(e, Stage.TLS);
    } finally {
      firstOfNoTls = agreed ? firstOfNoTls : pipe.firstOfNoTls();
    }
    phases.ended(Phase.TLS, System.nanoTime());
    return converse(wire, pipe);
  }

  /** An interrupt closes the channel: then it is not the server that has broken it. */
  private static Verdict broken(IOException e, Stage stage) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return Failures.onConnection(e, stage);
  }

  private Verdict converse(Wire wire, Pipe pipe)
      throws IOException, EndedException, InterruptedException {
    waitingSinceNs = System.nanoTime();
    boolean open = true;
    while (open && !decoder.isOver()) {
      send(pipe);
      int got = receive(pipe);
      open = got >= 0;
      var until = until(wire);
      if (open && !decoder.isOver() && (until.isOver() || (got == 0 && !await(wire, until)))) {
        throw until.over(stage());
      }
    }
    phases.allEnded(System.nanoTime());
    if (!open && decoder.bytes() == 0 && unsent.isPresent()) {
      return broken(unsent.get(), Stage.REQUEST);
    }
    if (open) {
      linger(wire, pipe);
    }
    if (isSending()) {
      decoder.note("answered before it had taken the whole request");
    }
    var verdict = decoder.ifClosed(pipe.isEndedProperly());
    if (verdict.isWhole() && !phases.has(Phase.LAST_BYTE)) {
      phases.ended(Phase.LAST_BYTE, System.nanoTime());
    }
    bidFarewell(pipe);
    return verdict;
  }

  /** Waits until there is something to do. */
  private boolean await(Wire wire, Clock.Until until) throws IOException, InterruptedException {
    boolean sending = isSending() && unsent.isEmpty();
    int operations = sending ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    return wire.await(operations, until.ns());
  }

  /** Which deadline counts now. */
  private Clock.Until until(Wire wire) {
    boolean waits = !isSending() && decoder.stage() == Stage.FIRST_BYTE;
    return waits
        ? clock.until(Deadline.FIRST_BYTE, waitingSinceNs)
        : clock.until(Deadline.BETWEEN_BYTES, wire.movedNs());
  }

  private Stage stage() {
    return isSending() && decoder.bytes() == 0 ? Stage.REQUEST : decoder.stage();
  }

  private boolean isSending() {
    return !phases.has(Phase.SENT);
  }

  private void send(Pipe pipe) {
    if (!isSending() || unsent.isPresent()) {
      return;
    }
    try {
      pipe.write(out);
    } catch (IOException e) {
      // The server may have answered before it closed: that is still to be read.
      unsent = Optional.of(e);
      return;
    }
    if (!out.hasRemaining() && pipe.isFlushed()) {
      waitingSinceNs = System.nanoTime();
      phases.ended(Phase.SENT, waitingSinceNs);
    }
  }

  /** Returns how many bytes came, -1 when none will. */
  private int receive(Pipe pipe) throws IOException {
    in.clear();
    int got = pipe.read(in);
    if (got > 0) {
      if (decoder.bytes() == 0) {
        phases.ended(Phase.FIRST_BYTE, System.nanoTime());
      }
      decoder.take(in.flip());
      if (decoder.interim() > interimSeen) {
        interimSeen = decoder.interim();
        waitingSinceNs = System.nanoTime();
      }
      if (decoder.isOver() && !phases.has(Phase.LAST_BYTE)) {
        phases.ended(Phase.LAST_BYTE, System.nanoTime());
      }
    }
    return got;
  }

  /**
   * Waits a little for the server to close: what it says beyond the end of its response shows that
   * the end is not where the server thinks, and of what is no response at all the beginning is
   * kept.
   */
  private void linger(Wire wire, Pipe pipe) throws InterruptedException {
    long untilNs = clock.afterEndNs();
    try {
      int got = 1;
      while (got >= 0 && decoder.beyond() < BEYOND_BYTES_MAX && !decoder.hasEnough()) {
        got = receive(pipe);
        boolean waitedEnough = System.nanoTime() - untilNs >= 0;
        if (waitedEnough || (got == 0 && !wire.await(SelectionKey.OP_READ, untilNs))) {
          return;
        }
      }
    } catch (IOException _) {
      // All that counts had come before.
    }
  }

  private static void bidFarewell(Pipe pipe) {
    try {
      pipe.end();
    } catch (IOException _) {
      // It is gone already.
    }
  }
}
