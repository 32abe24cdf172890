package io.headrace.queue.model;

import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.List;

/** A session of the naive model. */
final class NaiveSession {
  final SessionId id;
  final String peer;
  NaiveTube used;
  final List<NaiveTube> watched = new ArrayList<>();
  boolean producer;
  boolean worker;

  /** What the command that ended it says. */
  String lastSent = "";

  /** When its reserve ends; read only while it waits. */
  long waitEndNs = NaiveJob.NEVER;

  NaiveSession(SessionId id, String peer, NaiveTube tube) {
    this.id = id;
    this.peer = peer;
    this.used = tube;
    watched.add(tube);
  }

  /** Its peer, without the port. */
  String host() {
    int colon = peer.lastIndexOf(':');
    return colon < 0 ? peer : peer.substring(0, colon);
  }
}
