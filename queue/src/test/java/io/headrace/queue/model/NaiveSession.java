package io.headrace.queue.model;

import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.List;

/** A session of the naive model. */
final class NaiveSession {
  final SessionId id;
  NaiveTube used;
  final List<NaiveTube> watched = new ArrayList<>();
  boolean producer;
  boolean worker;

  /** When its reserve ends; read only while it waits. */
  long waitEndNs = NaiveJob.NEVER;

  NaiveSession(SessionId id, NaiveTube tube) {
    this.id = id;
    this.used = tube;
    watched.add(tube);
  }
}
