package io.headrace.server;

import io.netty.channel.unix.Errors;
import java.util.Set;

/** What is wrong when the system does not accept a connection, see accept(2). */
enum AcceptFailure {
  /** The peer broke off while it waited. The next one is none the worse. */
  PEER_GONE("it ended before it was accepted"),
  /** This process has as many descriptors as it may have. */
  PROCESS_FULL(
      "Raise the limit with 'ulimit -n' or LimitNOFILE=, or set 'connections-max' to less"),
  /** The system has as many files open as it may have. */
  SYSTEM_FULL(
      "Raise the limit of the whole system with 'sysctl -w fs.file-max=...', or find who has so"
          + " many files open: 'lsof | wc -l'"),
  /** The kernel has no memory for the socket. */
  NO_MEMORY(
      "The system is short of memory for sockets: /proc/net/sockstat and 'free' show how much is"
          + " used"),
  /** Anything else. */
  UNKNOWN("If it stays, start the server again, and please report it");

  // Numbers of errno(3) on Linux, x86-64 and AArch64.
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final Set<Integer> MEMORY = Set.of(/* ENOMEM */ 12, /* ENOBUFS */ 105);

  /** What the network has to say of a peer that waits, of which accept(2) says: go on. */
  private static final Set<Integer> GONE =
      Set.of(
          /* EINTR */ 4,
          /* ENONET */ 64,
          /* EPROTO */ 71,
          /* ENOPROTOOPT */ 92,
          /* EOPNOTSUPP */ 95,
          /* ENETDOWN */ 100,
          /* ENETUNREACH */ 101,
          /* ECONNABORTED */ 103,
          /* ECONNRESET */ 104,
          /* ETIMEDOUT */ 110,
          /* EHOSTDOWN */ 112,
          /* EHOSTUNREACH */ 113);

  private final String remedy;

  AcceptFailure(String remedy) {
    this.remedy = remedy;
  }

  /** What to do about it, as a sentence without its full stop. */
  String remedy() {
    return remedy;
  }

  /** Whether it ends by itself when somebody gives something back. */
  boolean isShortage() {
    // No switch: its table would be a class that is first loaded when there is no descriptor.
    return this == PROCESS_FULL || this == SYSTEM_FULL || this == NO_MEMORY;
  }

  static AcceptFailure of(Throwable reason) {
    if (!(reason instanceof Errors.NativeIoException ours)) {
      // The JDK tells no number.
      return "Too many open files".equals(reason.getMessage()) ? PROCESS_FULL : UNKNOWN;
    }
    int errno = Math.abs(ours.expectedErr());
    if (GONE.contains(errno)) {
      return PEER_GONE;
    }
    if (MEMORY.contains(errno)) {
      return NO_MEMORY;
    }
    if (errno == ENFILE) {
      return SYSTEM_FULL;
    }
    return errno == EMFILE ? PROCESS_FULL : UNKNOWN;
  }
}
