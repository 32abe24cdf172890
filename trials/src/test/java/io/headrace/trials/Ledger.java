package io.headrace.trials;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the clients of a server know for certain, over all its lives: which jobs it acknowledged,
 * and what of their end. Judges what a restarted server has against that.
 *
 * <p>A command that was sent and not answered may have happened or not: both are right.
 */
final class Ledger {

  /** How many of the jobs deleted in earlier lives are looked for again. */
  private static final int OLD_DELETED_CHECKED_MAX = 20_000;

  /** Enough to see what is wrong. */
  private static final int SHOWN_MAX = 20;

  private final Map<Long, String> aliveBodies = new HashMap<>();
  private final Set<Long> maybeDeleted = new HashSet<>();
  private final Set<Long> buried = new HashSet<>();
  private final Set<Long> deletedNow = new HashSet<>();
  private final List<Long> deletedBefore = new ArrayList<>();
  private final Set<String> unanswered = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();
  private long lastId;
  private long lastIdBefore;

  /** What one connection did in one life of the server, in order. Used by one thread. */
  static final class Notes {
    private final Set<String> sent = new HashSet<>();
    private final Map<Long, String> inserted = new HashMap<>();
    private final Map<Long, String> reserved = new HashMap<>();
    private final Set<Long> deleteSent = new HashSet<>();
    private final Set<Long> deleted = new HashSet<>();
    private final Set<Long> buried = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();

    void putSent(String body) {
      sent.add(body);
    }

    void inserted(long id, String body) {
      sent.remove(body);
      if (inserted.put(id, body) != null) {
        wrong.add("id " + id + " was given twice");
      }
    }

    void reserved(long id, String body) {
      reserved.put(id, body);
    }

    void deleteSent(long id) {
      deleteSent.add(id);
    }

    void deleted(long id) {
      deleted.add(id);
    }

    void buried(long id) {
      buried.add(id);
    }

    void unexpected(String what) {
      wrong.add(what);
    }
  }

  /** Takes over what the connections of one life know. */
  void add(List<Notes> connections) {
    for (var notes : connections) {
      wrong.addAll(notes.wrong);
      unanswered.addAll(notes.sent);
      notes.inserted.forEach(this::inserted);
    }
    for (var notes : connections) {
      notes.reserved.forEach(this::delivered);
      maybeDeleted.addAll(notes.deleteSent);
      buried.addAll(notes.buried);
    }
    for (var notes : connections) {
      for (long id : notes.deleted) {
        if (!deletedNow.add(id)) {
          wrong.add("job " + id + " was deleted twice");
        }
      }
    }
    for (long id : deletedNow) {
      aliveBodies.remove(id);
      maybeDeleted.remove(id);
      buried.remove(id);
    }
    buried.removeAll(maybeDeleted);
  }

  private void inserted(long id, String body) {
    if (id <= lastIdBefore) {
      wrong.add("id " + id + " was given again: there was " + lastIdBefore + " before");
    }
    if (aliveBodies.put(id, body) != null) {
      wrong.add("id " + id + " was given twice");
    }
    lastId = Math.max(lastId, id);
  }

  /** A job may be delivered before its put is answered, and then the crash comes. */
  private void delivered(long id, String body) {
    lastId = Math.max(lastId, id);
    var known = aliveBodies.get(id);
    if (known == null && unanswered.remove(body)) {
      aliveBodies.put(id, body);
    } else if (known == null) {
      wrong.add("job " + id + " was delivered, but nobody put it: " + start(body));
    } else if (!known.equals(body)) {
      wrong.add("job " + id + " was delivered as " + start(body) + ", put as " + start(known));
    }
  }

  /**
   * The ids to look for in the restarted server.
   *
   * @param probeId the id of a job that was put after the restart
   */
  SortedSet<Long> idsToCheck(long probeId, Random random) {
    var ids = new TreeSet<>(aliveBodies.keySet());
    ids.addAll(deletedNow);
    for (long id = lastIdBefore + 1; id < probeId; id++) {
      ids.add(id);
    }
    for (int i = 0; i < Math.min(OLD_DELETED_CHECKED_MAX, deletedBefore.size()); i++) {
      ids.add(deletedBefore.get(random.nextInt(deletedBefore.size())));
    }
    return ids;
  }

  /** Jobs that must be buried. */
  Set<Long> buried() {
    return Set.copyOf(buried);
  }

  /**
   * Compares, and takes what was found as the truth from here on.
   *
   * @param found the bodies of those of {@link #idsToCheck} that the server has
   * @param foundBuried those of {@link #buried} that are
   * @return what is wrong, in words; empty when nothing is
   */
  List<String> judge(Map<Long, String> found, Set<Long> foundBuried, long probeId) {
    if (probeId <= lastId) {
      wrong.add("id " + probeId + " was given again: there was " + lastId + " before");
    }
    aliveBodies.forEach((id, body) -> missing(id, body, found).ifPresent(wrong::add));
    found.forEach((id, body) -> present(id, body).ifPresent(wrong::add));
    for (long id : buried) {
      if (found.containsKey(id) && !foundBuried.contains(id)) {
        wrong.add("job " + id + " is no longer buried, though its bury was acknowledged");
      }
    }
    var verdict = wrong.stream().limit(SHOWN_MAX).toList();
    beginNextLife(found, probeId);
    return verdict;
  }

  private Optional<String> missing(long id, String body, Map<Long, String> found) {
    var now = found.get(id);
    if (now == null) {
      return maybeDeleted.contains(id)
          ? Optional.empty()
          : Optional.of("lost: job " + id + " was acknowledged, " + start(body));
    }
    return now.equals(body)
        ? Optional.empty()
        : Optional.of("job " + id + " is now " + start(now) + ", put as " + start(body));
  }

  private Optional<String> present(long id, String body) {
    if (aliveBodies.containsKey(id)) {
      return Optional.empty();
    }
    if (deletedNow.contains(id) || id <= lastIdBefore) {
      return Optional.of("resurrected: job " + id + " was deleted, and is back: " + start(body));
    }
    return unanswered.remove(body)
        ? Optional.empty()
        : Optional.of("job " + id + " is there, but nobody put it: " + start(body));
  }

  private void beginNextLife(Map<Long, String> found, long probeId) {
    aliveBodies.clear();
    aliveBodies.putAll(found);
    buried.retainAll(found.keySet());
    deletedBefore.addAll(deletedNow);
    deletedNow.clear();
    maybeDeleted.clear();
    unanswered.clear();
    wrong.clear();
    lastId = probeId;
    lastIdBefore = probeId;
  }

  int alive() {
    return aliveBodies.size();
  }

  int deleted() {
    return deletedNow.size();
  }

  private static String start(String body) {
    return "'" + body.substring(0, Math.min(30, body.length())) + "'";
  }
}
