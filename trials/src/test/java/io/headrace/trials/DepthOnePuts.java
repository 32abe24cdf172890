package io.headrace.trials;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Some connections, each with one put on its way at a time, and bodies that a trace can show. */
final class DepthOnePuts {

  private static final int CONNECTIONS = 4;

  private DepthOnePuts() {}

  /**
   * Puts {@code puts} jobs on each connection, or as many as the server takes before it closes.
   *
   * @return the body of each job that was acknowledged
   */
  static Map<Long, String> run(RunningServer server, int puts) {
    var tokens = new ConcurrentHashMap<Long, String>();
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var running = new ArrayList<Future<Boolean>>();
      for (int c = 0; c < CONNECTIONS; c++) {
        int connection = c;
        running.add(threads.submit(() -> connection(server, connection, puts, tokens)));
      }
      for (var one : running) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("A client failed", e);
    }
    return tokens;
  }

  private static boolean connection(
      RunningServer server, int connection, int puts, Map<Long, String> tokens) {
    try (var talk = server.connect()) {
      for (int i = 0; i < puts; i++) {
        var token = "token-%d-%d.".formatted(connection, i);
        var reply = talk.put(token);
        if (reply.line().startsWith("INSERTED ")) {
          tokens.put(reply.id(), token);
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
