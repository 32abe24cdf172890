package io.headrace.trials;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients that put, reserve, delete, bury and release as fast as they are answered, until their
 * server is gone. What each knows by then is its {@link Ledger.Notes}.
 */
final class CrashLoad {

  private static final int PRODUCERS = 4;
  private static final int CONSUMERS = 3;
  private static final int DEPTH = 16;
  private static final int BODY_BYTES_MAX = 400;
  private static final int BIG_BODY_BYTES = 30_000;

  private final RunningServer server;
  private final String life;
  private final long seed;
  private final List<Future<Ledger.Notes>> running = new ArrayList<>();
  private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new);

  /**
   * A load.
   *
   * @param life names the bodies of this life of the server: no other has the same
   */
  CrashLoad(RunningServer server, String life, long seed) {
    this.server = server;
    this.life = life;
    this.seed = seed;
  }

  void start() {
    for (int i = 0; i < PRODUCERS; i++) {
      int number = i;
      running.add(threads.submit(worker(new Random(seed + i), number, true)));
    }
    for (int i = 0; i < CONSUMERS; i++) {
      int number = i;
      running.add(threads.submit(worker(new Random(seed - 1 - i), number, false)));
    }
  }

  /** Returns what the clients know, once the server is gone and each has seen it. */
  List<Ledger.Notes> known() {
    var notes = new ArrayList<Ledger.Notes>();
    try {
      for (var one : running) {
        notes.add(one.get());
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("A client failed", e);
    } finally {
      threads.close();
    }
    return notes;
  }

  private Callable<Ledger.Notes> worker(Random random, int number, boolean produces) {
    return () -> {
      var notes = new Ledger.Notes();
      try (var talk = server.connect()) {
        while (true) {
          if (produces) {
            produce(talk, notes, random, number);
          } else {
            consume(talk, notes, random);
          }
        }
      } catch (IOException e) {
        return notes;
      }
    };
  }

  private int puts;

  private synchronized int nextPut() {
    return ++puts;
  }

  private void produce(Talk talk, Ledger.Notes notes, Random random, int number)
      throws IOException {
    var bodies = new ArrayList<String>();
    var commands = new StringBuilder();
    int depth = 1 + random.nextInt(DEPTH);
    for (int i = 0; i < depth; i++) {
      var body = body(life + "-" + number + "-" + nextPut() + " ", random);
      bodies.add(body);
      notes.putSent(body);
      commands
          .append("put %d 0 1000 %d\r\n".formatted(random.nextInt(3000), body.length()))
          .append(body)
          .append("\r\n");
    }
    talk.send(commands.toString());
    for (var body : bodies) {
      var reply = talk.reply();
      if (reply.line().startsWith("INSERTED ")) {
        notes.inserted(reply.id(), body);
      } else {
        notes.unexpected("a put was answered with " + reply.line());
      }
    }
  }

  private static String body(String token, Random random) {
    int bytes = random.nextInt(200) == 0 ? BIG_BODY_BYTES : random.nextInt(BODY_BYTES_MAX);
    var body = new StringBuilder(token);
    while (body.length() < bytes) {
      body.append((char) random.nextInt(256));
    }
    return body.toString();
  }

  private static void consume(Talk talk, Ledger.Notes notes, Random random) throws IOException {
    talk.send("reserve-with-timeout 0\r\n".repeat(DEPTH));
    var held = new ArrayList<Long>();
    for (int i = 0; i < DEPTH; i++) {
      var reply = talk.reply();
      if (reply.line().startsWith("RESERVED ")) {
        held.add(reply.id());
        notes.reserved(reply.id(), reply.body());
      } else if (!reply.line().equals("TIMED_OUT")) {
        notes.unexpected("a reserve was answered with " + reply.line());
      }
    }
    var ends = new ArrayList<End>();
    var commands = new StringBuilder();
    for (long id : held) {
      var end = End.values()[random.nextInt(10) < 7 ? 0 : random.nextInt(End.values().length)];
      ends.add(end);
      commands.append(end.command.formatted(id));
      if (end == End.DELETE) {
        notes.deleteSent(id);
      }
    }
    talk.send(commands.toString());
    for (int i = 0; i < held.size(); i++) {
      var reply = talk.reply().line();
      long id = held.get(i);
      if (!reply.equals(ends.get(i).reply)) {
        notes.unexpected(
            "%s of held job %d was answered with %s".formatted(ends.get(i), id, reply));
        continue;
      }
      switch (ends.get(i)) {
        case DELETE -> notes.deleted(id);
        case BURY -> notes.buried(id);
        case RELEASE, DELAY -> {}
      }
    }
  }

  /** What a consumer does with a job that it holds. */
  private enum End {
    DELETE("delete %d\r\n", "DELETED"),
    BURY("bury %d 7\r\n", "BURIED"),
    RELEASE("release %d 9 0\r\n", "RELEASED"),
    DELAY("release %d 9 1000\r\n", "RELEASED");

    private final String command;
    private final String reply;

    End(String command, String reply) {
      this.command = command;
      this.reply = reply;
    }
  }
}
