package io.headrace.server;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.agrona.collections.Long2LongCounterMap;

/**
 * The budget of connections: how many are open, in all, of each address and by each listener, and
 * how many may be. The count is exact: a connection has its place before it is served, or is
 * refused.
 *
 * <p>Some places beyond the limit are for peers on this machine only, so that whoever is on call
 * can ask a server that strangers have filled. A Unix socket has more of them than the loopback
 * address: its file says who may reach it.
 *
 * <p>Used on the loop's thread.
 */
final class Connections {
  /** Places beyond the limit for peers on a loopback address, or on a Unix socket. */
  static final int RESERVED_LOOPBACK = 8;

  /** Places beyond those for peers on a Unix socket. */
  static final int RESERVED_UNIX = 8;

  /** All places beyond the limit. */
  static final int RESERVED = RESERVED_LOOPBACK + RESERVED_UNIX;

  /** The first 64 bits of a multicast address: nobody connects from there. */
  private static final long IPV4 = 0xFFFF_FFFFL << Integer.SIZE;

  /** Stands for a Unix socket, where peers have no address. */
  private static final long NO_ADDRESS = IPV4;

  private final ConnectionOptions limits;
  private final Long2LongCounterMap byAddress = new Long2LongCounterMap(0);
  private int ordinary;
  private int reserved;

  Connections(ConnectionOptions limits) {
    this.limits = limits;
  }

  /** What becomes of a new connection. */
  sealed interface Verdict permits Place, Refused {}

  /** Why a connection is refused. */
  enum Refused implements Verdict {
    /** As many are open as may be. */
    FULL,
    /** Its address has as many as it may have. */
    ADDRESS,
    /** As many have come in by its listener as may. */
    LISTENER
  }

  /** How many of those that are open have come in by one listener. */
  static final class Entrance {
    private int open;
  }

  /** A place that a connection has, until it leaves. */
  final class Place implements Verdict {
    private final long address;
    private final Entrance by;
    private final boolean isReserved;

    private Place(long address, Entrance by, boolean isReserved) {
      this.address = address;
      this.by = by;
      this.isReserved = isReserved;
    }

    /** Gives the place back; called once. */
    void leave() {
      if (isReserved) {
        reserved--;
        return;
      }
      ordinary--;
      by.open--;
      if (isCounted(address)) {
        long _ = byAddress.decrementAndGet(address);
      }
    }
  }

  /** Gives a connection that comes from there, in by that, a place, or refuses it. */
  Verdict admit(SocketAddress remote, Entrance by) {
    long address = key(remote);
    boolean isAddressFull = isCounted(address) && byAddress.get(address) >= limits.maxPerAddress();
    boolean isListenerFull = by.open >= limits.maxPerListener();
    boolean isReserved = isAddressFull || isListenerFull || ordinary >= limits.max();
    if (isReserved && reserved >= reservedFor(remote)) {
      if (isAddressFull) {
        return Refused.ADDRESS;
      }
      return ordinary >= limits.max() ? Refused.FULL : Refused.LISTENER;
    }
    if (isReserved) {
      reserved++;
    } else {
      ordinary++;
      by.open++;
      if (isCounted(address)) {
        long _ = byAddress.incrementAndGet(address);
      }
    }
    return new Place(address, by, isReserved);
  }

  private boolean isCounted(long address) {
    return address != NO_ADDRESS && limits.maxPerAddress() < limits.max();
  }

  private static int reservedFor(SocketAddress remote) {
    return switch (remote) {
      case DomainSocketAddress _ -> RESERVED;
      case InetSocketAddress ip when ip.getAddress().isLoopbackAddress() -> RESERVED_LOOPBACK;
      default -> 0;
    };
  }

  /** An address as a number: all of it for IPv4, the network's 64 bits for IPv6. */
  private static long key(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress ip)) {
      return NO_ADDRESS;
    }
    InetAddress address = ip.getAddress();
    byte[] bytes = address.getAddress();
    int length = address instanceof Inet4Address ? Integer.BYTES : Long.BYTES;
    long key = 0;
    for (int i = 0; i < length; i++) {
      key = (key << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return address instanceof Inet4Address ? IPV4 | key : key;
  }

  /** How many are open, reserved places too. */
  int open() {
    return ordinary + reserved;
  }

  /** How many addresses are counted now. */
  int addresses() {
    return byAddress.size();
  }

  ConnectionOptions limits() {
    return limits;
  }
}
