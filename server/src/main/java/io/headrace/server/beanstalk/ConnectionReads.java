package io.headrace.server.beanstalk;

import io.headrace.queue.QueueMachine;
import io.headrace.server.ConnectionHealth;
import io.headrace.server.QueueLoop;
import io.headrace.server.Session;
import io.headrace.server.SessionFacts;
import io.headrace.server.TcpFacts;
import io.headrace.server.WireFacts;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Answers who is connected, and how each connection does. */
final class ConnectionReads {
  private static final long NS_PER_S = 1_000_000_000;
  private static final Comparator<Session> BY_NUMBER =
      Comparator.comparingLong(session -> session.id().number());

  private final BeanstalkReads reads;
  private final QueueLoop loop;
  private final ReplyText text;

  ConnectionReads(BeanstalkReads reads, QueueLoop loop, ReplyText text) {
    this.reads = reads;
    this.loop = loop;
    this.text = text;
  }

  void list(ReplyingSession asker, QueueMachine machine, long after, int max, long nowNs) {
    text.begin();
    for (Session session : page(loop.open().all(), after, max)) {
      SessionFacts facts = session.facts();
      text.item("id", session.id().number())
          .raw("  ")
          .quoted("peer", session.peer())
          .indented("protocol", facts.protocol())
          .raw("  ")
          .quoted("used", BeanstalkReads.used(session, machine))
          .indented("watched", BeanstalkReads.watched(session, machine).size())
          .indented("waiting", Boolean.toString(facts.waiting()))
          .indented("held", session.isOpen() ? machine.held(session.id()) : 0)
          .indented("age", secondsSince(session.connectedAtNs(), nowNs))
          .indented("producer", Boolean.toString(facts.producer()))
          .indented("worker", Boolean.toString(facts.worker()))
          .indented("last-command", facts.lastCommand().isEmpty() ? "none" : facts.lastCommand())
          .indented("silent", secondsSince(lastHeardNs(session, facts), nowNs))
          .indented("faults", facts.faults());
      wire(facts.wire());
    }
    reads.send(asker);
  }

  /** The first {@code max} after the one of this number, oldest first. */
  private static List<Session> page(List<Session> all, long after, int max) {
    var first = new PriorityQueue<Session>(BY_NUMBER.reversed());
    for (Session session : all) {
      boolean wanted =
          session.id().number() > after
              && (first.size() < max || BY_NUMBER.compare(session, first.element()) < 0);
      if (wanted) {
        first.add(session);
      }
      if (first.size() > max) {
        first.remove();
      }
    }
    return first.stream().sorted(BY_NUMBER).toList();
  }

  private static long lastHeardNs(Session session, SessionFacts facts) {
    return Math.max(session.connectedAtNs(), facts.lastCommandNs());
  }

  private static long secondsSince(long thenNs, long nowNs) {
    return Math.max(0, nowNs - thenNs) / NS_PER_S;
  }

  private void wire(WireFacts facts) {
    text.indented("bytes-in", facts.inBytes())
        .indented("bytes-out", facts.outBytes())
        .indented("bytes-waiting", facts.waitingBytes())
        .indented("health", ConnectionHealth.of(facts).word());
    facts.tcp().ifPresent(this::tcp);
  }

  private void tcp(TcpFacts tcp) {
    text.indented("rtt-us", tcp.rttUs())
        .indented("rtt-variance-us", tcp.rttVarUs())
        .indented("retransmits", tcp.retransmits())
        .indented("retries", tcp.retriesNow())
        .indented("unacknowledged", tcp.unacked())
        .indented("probes", tcp.probes());
  }
}
