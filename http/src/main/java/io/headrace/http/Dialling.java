package io.headrace.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Tries the addresses of a host, one after the other, until one takes a connection. */
final class Dialling {
  /** So many addresses of a host are tried. */
  static final int ADDRESSES_MAX = 8;

  private final int port;
  private final Clock.Until until;
  private Optional<String> refusal = Optional.empty();
  private boolean anyTimedOut;
  private Optional<InetSocketAddress> peer = Optional.empty();

  Dialling(int port, Clock.Until until) {
    this.port = port;
    this.until = until;
  }

  /** Whom it has reached. */
  Optional<InetSocketAddress> peer() {
    return peer;
  }

  /** Returns a connection; what was left of the time is shared by the addresses equally. */
  Wire connect(List<InetAddress> addresses) throws EndedException, InterruptedException {
    int count = Math.min(addresses.size(), ADDRESSES_MAX);
    for (int i = 0; i < count; i++) {
      long nowNs = System.nanoTime();
      long shareNs = nowNs + (until.ns() - nowNs) / (count - i);
      var wire = connect(new InetSocketAddress(addresses.get(i), port), shareNs);
      if (wire.isPresent()) {
        return wire.get();
      }
    }
    if (anyTimedOut || until.isOver()) {
      throw until.over(Stage.CONNECT);
    }
    throw new EndedException(new Verdict.ConnectFailed(refusal.orElse("the host has no address")));
  }

  private Optional<Wire> connect(InetSocketAddress to, long untilNs) throws InterruptedException {
    try {
      var wire = Wire.open(to, untilNs);
      anyTimedOut |= wire.isEmpty();
      peer = wire.isPresent() ? Optional.of(to) : peer;
      return wire;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      refusal = Optional.of(Failures.why(e));
      return Optional.empty();
    }
  }
}
