package io.headrace.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What all clients together know of all jobs, over every restart: which they were told exist, and
 * which are gone. Knows nothing of the server but its replies.
 */
final class Accounts {
  private final Map<String, Long> idOfBody = new HashMap<>();
  private final Map<Long, byte[]> bodyOfId = new HashMap<>();
  private final Set<String> sent = new HashSet<>();

  /** Jobs whose put was acknowledged, and jobs whose delete was: each with when that was. */
  private final TreeMap<Long, Long> acknowledged = new TreeMap<>();

  private final Map<Long, Long> gone = new HashMap<>();
  private final Set<Long> perhapsGone = new HashSet<>();
  private final List<Long> known = new ArrayList<>();
  private long bodies;
  private long moment;
  private boolean lossAllowed;
  private boolean clearing;

  /** A body that no other job has: any bytes behind a number. */
  byte[] newBody(SplittableRandom random, int moreBytes) {
    byte[] token = ("<" + ++bodies + ">").getBytes(StandardCharsets.ISO_8859_1);
    byte[] body = Arrays.copyOf(token, token.length + moreBytes);
    String alphabet = "\r\n delete 1\r\nput 0 0 1 1\r\n\0\u00ff";
    for (int i = token.length; i < body.length; i++) {
      body[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
    }
    sent.add(text(body));
    return body;
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }

  /** From now on acknowledged changes may be lost: the operator chose so. */
  void allowLoss() {
    lossAllowed = true;
  }

  /** The present moment, by a clock of these accounts: what a client knows when it asks. */
  long moment() {
    return moment;
  }

  void inserted(long id, byte[] body) {
    Violation.unless(
        lossAllowed || !acknowledged.containsKey(id), "G4: a second job gets the id %d", id);
    acknowledged.put(id, ++moment);
    bind(id, body);
  }

  /** A body came with an id, from a reserve or a peek that was sent at the moment {@code asked}. */
  void seen(long id, byte[] body, long asked) {
    Violation.unless(
        lossAllowed || gone.getOrDefault(id, Long.MAX_VALUE) > asked,
        "G4: job %d comes back after its delete",
        id);
    bind(id, body);
  }

  private void bind(long id, byte[] body) {
    String text = text(body);
    Violation.unless(sent.contains(text), "job %d has a body that nobody has sent", id);
    byte[] before = bodyOfId.put(id, body);
    if (before == null) {
      known.add(id);
    }
    Violation.unless(
        lossAllowed || before == null || Arrays.equals(before, body),
        "the body of job %d has changed",
        id);
    Long other = idOfBody.put(text, id);
    Violation.unless(
        lossAllowed || other == null || other == id, "jobs %d and %d have one body", other, id);
  }

  /** A delete was sent: whether it was done may stay unknown. */
  void deleting(long id) {
    perhapsGone.add(id);
  }

  /** A policy has ended the job for good, as it may. */
  void ended(long id) {
    perhapsGone.add(id);
  }

  void deleted(long id) {
    gone.put(id, ++moment);
  }

  /** A whole tube may go, and nobody keeps account of which jobs are in it. */
  void clearing() {
    clearing = true;
  }

  /** Whoever asked at the moment {@code asked} was told that there is no such job. */
  void missing(long id, long asked) {
    Violation.unless(
        lossAllowed
            || clearing
            || acknowledged.getOrDefault(id, Long.MAX_VALUE) > asked
            || perhapsGone.contains(id),
        "G1: job %d was acknowledged, and is not there",
        id);
  }

  /** Checks at the end, when the queue is empty, that each job was ended by somebody. */
  void settle() {
    acknowledged.keySet().forEach(id -> missing(id, moment));
  }

  /** Some job that somebody has heard of, mostly a young one; 1 when there is none. */
  long any(SplittableRandom random) {
    if (known.isEmpty()) {
      return 1;
    }
    int back = random.nextInt(random.nextBoolean() ? Math.min(20, known.size()) : known.size());
    return known.get(known.size() - 1 - back);
  }

  int acknowledged() {
    return acknowledged.size();
  }
}
