package io.headrace.trials;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands of four connections, one after the other, each answered before the next is sent,
 * but for one connection at a time that may wait in a {@code reserve}. (Of two that wait,
 * beanstalkd serves either first.)
 */
final class TurnScript {

  private static final int CONNECTIONS = 4;

  private final List<Turn> turns = new ArrayList<>();

  private record Turn(int connection, String bytes, boolean mayWait) {}

  /**
   * Generates a script; the same random numbers give the same one.
   *
   * @param firstId the id that the first job will get
   */
  TurnScript(Random random, long firstId, int length) {
    var commands = new RandomCommands(random, firstId);
    for (int i = 0; i < length; i++) {
      int connection = random.nextInt(CONNECTIONS);
      if (random.nextInt(12) == 0) {
        var reserve = random.nextBoolean() ? "reserve\r\n" : "reserve-with-timeout 1000\r\n";
        turns.add(new Turn(connection, reserve, true));
      } else {
        turns.add(new Turn(connection, commands.next(), false));
      }
    }
  }

  /** Plays it, and returns a line for each thing that happened. {@code control} asks who waits. */
  List<String> play(RunningServer server, Talk control) throws IOException {
    var happened = new ArrayList<String>();
    var talks = new ArrayList<Talk>();
    int waiting = -1;
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        talks.add(server.connect());
      }
      for (var turn : turns) {
        if (waiting >= 0 && !mayFollowWaiting(turn, waiting)) {
          continue;
        }
        var talk = talks.get(turn.connection());
        talk.send(turn.bytes());
        var said = turn.connection() + " > " + turn.bytes().replace("\r\n", "\\r\\n");
        if (turn.mayWait() && waits(control, talk)) {
          happened.add(said + " < …");
          waiting = turn.connection();
          continue;
        }
        happened.add(said + " < " + MaskedReplies.of(talk.reply()));
        if (waiting >= 0 && !isWaiting(control)) {
          happened.add(waiting + " < " + MaskedReplies.of(talks.get(waiting).reply()));
          waiting = -1;
        }
      }
      if (waiting >= 0) {
        talks.get(waiting).close();
        awaitNobodyWaits(control);
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        if (i != waiting) {
          talks.get(i).send("quit\r\n");
          happened.add(i + " quits " + MaskedReplies.of(talks.get(i).rest()));
        }
      }
    } finally {
      for (var talk : talks) {
        talk.close();
      }
    }
    return happened;
  }

  /**
   * One connection waits at a time. And of the jobs that one command kicks, beanstalkd gives the
   * first it comes to, Headrace the smallest.
   */
  private static boolean mayFollowWaiting(Turn turn, int waiting) {
    return turn.connection() != waiting && !turn.mayWait() && !turn.bytes().startsWith("kick ");
  }

  /** Whether the reserve just sent is waiting: until then, or until its reply has come. */
  private static boolean waits(Talk control, Talk talk) throws IOException {
    long deadline = System.nanoTime() + Talk.REPLY_MS_MAX * 1_000_000L;
    while (System.nanoTime() < deadline) {
      if (isWaiting(control)) {
        return true;
      }
      if (talk.hasReply()) {
        return false;
      }
    }
    throw new IOException("A reserve neither waits nor is answered");
  }

  private static void awaitNobodyWaits(Talk control) throws IOException {
    long deadline = System.nanoTime() + Talk.REPLY_MS_MAX * 1_000_000L;
    while (isWaiting(control)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("A closed connection is still waiting");
      }
    }
  }

  private static boolean isWaiting(Talk control) throws IOException {
    return !control.ask("stats").body().contains("\ncurrent-waiting: 0\n");
  }
}
