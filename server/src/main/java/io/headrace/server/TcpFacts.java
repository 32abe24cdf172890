package io.headrace.server;

import io.netty.channel.epoll.EpollTcpInfo;

/**
 * What the kernel knows of a TCP connection: TCP_INFO of tcp(7).
 *
 * @param rttUs smoothed time from a segment sent to its acknowledgement, microseconds; {@code
 *     rttVarUs} how much that varies
 * @param retransmits segments sent again since the connection began
 * @param retriesNow how often the oldest segment that is not acknowledged was sent again
 * @param unacked segments sent and not acknowledged
 * @param probes unanswered questions whether the peer has room again, or is there at all
 * @param mss bytes of a segment
 */
public record TcpFacts(
    long rttUs,
    long rttVarUs,
    long retransmits,
    int retriesNow,
    long unacked,
    int probes,
    long mss) {
  static TcpFacts of(EpollTcpInfo info) {
    return new TcpFacts(
        info.rtt(),
        info.rttvar(),
        info.totalRetrans(),
        info.retransmits(),
        info.unacked(),
        info.probes(),
        info.sndMss());
  }
}
