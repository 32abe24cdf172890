package io.headrace.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that takes what is posted. */
final class Hook implements AutoCloseable {
  /** In place of a status: never answers, until it is closed. */
  static final int NEVER = -1;

  /** In place of a status: an answer whose body goes on, until it is closed. */
  static final int ENDLESS = -2;

  /** What it was sent. */
  final Queue<Post> posts = new ConcurrentLinkedQueue<>();

  /** How it answers, one after the other; then 200. */
  final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

  private final CountDownLatch freed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  record Post(String method, String type, String body) {}

  Hook() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Integer next = answers.poll();
    int answer = next == null ? 200 : next;
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
    posts.add(new Post(exchange.getRequestMethod(), type, body));
    try (exchange) {
      if (answer == ENDLESS) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write("more".getBytes(UTF_8));
        exchange.getResponseBody().flush();
      }
      if (answer < 0) {
        freed.await();
        answer = answer == NEVER ? 200 : answer;
      }
      if (answer > 0) {
        exchange.getResponseHeaders().add("Location", "/elsewhere");
        exchange.sendResponseHeaders(answer, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers those that were never to be answered. */
  void free() {
    freed.countDown();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  @Override
  public void close() {
    free();
    server.stop(0);
    threads.shutdownNow();
  }
}
