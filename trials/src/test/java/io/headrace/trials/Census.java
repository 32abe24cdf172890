package io.headrace.trials;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What a server has: asked job by job, so that nothing about it changes. */
final class Census {

  private static final int DEPTH = 200;

  private Census() {}

  /** Asks {@code server} for all that {@code ledger} knows of, and returns what is wrong. */
  static List<String> check(RunningServer server, Ledger ledger, Random random) throws IOException {
    try (var talk = server.connect()) {
      long probe = talk.put(0, 0, 1000, "probe").id();
      var deleted = talk.ask("delete " + probe).line();
      if (!deleted.equals("DELETED")) {
        return List.of("the delete of a fresh job was answered with " + deleted);
      }
      var found = bodies(talk, ledger.idsToCheck(probe, random));
      return ledger.judge(found, buried(talk, ledger.buried()), probe);
    }
  }

  /** The bodies of those jobs that are there. */
  static Map<Long, String> bodies(Talk talk, Collection<Long> ids) throws IOException {
    var found = new HashMap<Long, String>();
    for (var some : slices(ids)) {
      for (long id : some) {
        talk.send("peek " + id + "\r\n");
      }
      for (long id : some) {
        var reply = talk.reply();
        if (reply.line().startsWith("FOUND " + id + " ")) {
          found.put(id, reply.body());
        } else if (!reply.line().equals("NOT_FOUND")) {
          throw new AssertionError("peek " + id + " was answered with " + reply);
        }
      }
    }
    return found;
  }

  private static Set<Long> buried(Talk talk, Set<Long> ids) throws IOException {
    var buried = new HashSet<Long>();
    for (long id : ids) {
      if (talk.ask("stats-job " + id).body().contains("\nstate: buried\n")) {
        buried.add(id);
      }
    }
    return buried;
  }

  private static List<List<Long>> slices(Collection<Long> ids) {
    var all = List.copyOf(ids);
    var slices = new ArrayList<List<Long>>();
    for (int at = 0; at < all.size(); at += DEPTH) {
      slices.add(all.subList(at, Math.min(all.size(), at + DEPTH)));
    }
    return slices;
  }
}
