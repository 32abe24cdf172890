package io.headrace.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /metrics} and {@code /healthz} by HTTP, on threads of its own: the loop is only
 * asked for numbers, and never waits for whoever reads them.
 */
public final class AdminListener implements AutoCloseable {
  /**
   * How long the loop is waited for; then 503.
   *
   * @param numbersMs for its numbers
   * @param signMs for a sign of life
   */
  record Patience(long numbersMs, long signMs) {
    /** Prometheus itself waits for 10 s, unless told otherwise. */
    static final Patience USUAL = new Patience(5_000, 1_000);
  }

  /** Connections at a time; further ones are closed at once. */
  static final int CONNECTIONS_MAX = 32;

  /** Connections that the kernel keeps until they are accepted. */
  private static final int BACKLOG = 16;

  /** Time that a peer has to send a request, and to read a reply, in seconds; then it is closed. */
  private static final int PEER_WAIT_S = 10;

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Logger LOG = LoggerFactory.getLogger(AdminListener.class);

  static {
    // The only way to tell the JDK's server; read when its first one is made.
    System.setProperty("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS_MAX));
    System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(PEER_WAIT_S));
    System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(PEER_WAIT_S));
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer http;
  private final ExecutorService threads;
  private final LoopAnswers loop;

  /** Made on a thread of its own: that takes longer than the rest of the server's start. */
  private final CompletableFuture<Scrape> scrape;

  private final Patience patience;

  private AdminListener(HttpServer http, LoopCensus census, String version, Patience patience) {
    this.http = http;
    this.patience = patience;
    loop = new LoopAnswers(census);
    threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("headrace-admin-", 1).factory());
    scrape = CompletableFuture.supplyAsync(() -> new Scrape(version), threads);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
  }

  /**
   * Listens, and answers from now on.
   *
   * @param version Headrace's own
   * @throws ListenException when the address cannot be listened on
   */
  public static AdminListener open(ListenAddress.Tcp address, LoopCensus census, String version) {
    return open(address, census, version, Patience.USUAL);
  }

  static AdminListener open(
      ListenAddress.Tcp address, LoopCensus census, String version, Patience patience) {
    var listener = new AdminListener(bind(address), census, version, patience);
    listener.http.start();
    return listener;
  }

  private static HttpServer bind(ListenAddress.Tcp address) {
    try {
      return HttpServer.create(resolve(address), BACKLOG);
    } catch (BindException e) {
      throw refused(address, "another process listens there, or it is no address of this machine");
    } catch (IOException e) {
      throw refused(address, e.toString());
    }
  }

  private static InetSocketAddress resolve(ListenAddress.Tcp address) throws IOException {
    return address.host().isEmpty()
        ? new InetSocketAddress(address.port())
        : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  private static ListenException refused(ListenAddress.Tcp address, String why) {
    return new ListenException(
        "cannot listen on "
            + address
            + " for /metrics: "
            + why
            + ". Choose another with 'admin-listen', or do without: admin-listen = none");
  }

  /** Where it listens, with the port that the system chose. */
  public String address() {
    InetSocketAddress bound = http.getAddress();
    return new ListenAddress.Tcp(bound.getAddress().getHostAddress(), bound.getPort()).toString();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> metrics(exchange);
        case "/healthz" -> health(exchange);
        default -> reply(exchange, 404, "there is only /metrics and /healthz\n");
      }
    } catch (IOException e) {
      LOG.debug("{} did not read its reply: {}", exchange.getRemoteAddress(), e.toString());
      throw e;
    } catch (RuntimeException | Error e) {
      LOG.error("The fault that kept {} from its reply", exchange.getRemoteAddress(), e);
      if (exchange.getResponseCode() < 0) {
        reply(exchange, 500, "a fault of this server; its log says more. Please report it\n");
      }
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    if (isOnlyRead(exchange)) {
      try {
        LoopNumbers numbers = await(loop.numbers(), patience.numbersMs());
        reply(exchange, 200, Scrape.CONTENT_TYPE, scrape.join().text(numbers));
      } catch (TimeoutException e) {
        silent(exchange, patience.numbersMs());
      }
    }
  }

  private void health(HttpExchange exchange) throws IOException {
    if (isOnlyRead(exchange)) {
      try {
        await(loop.sign(), patience.signMs());
        reply(exchange, 200, "ok\n");
      } catch (TimeoutException e) {
        silent(exchange, patience.signMs());
      }
    }
  }

  private static void silent(HttpExchange exchange, long waitedMs) throws IOException {
    reply(
        exchange,
        503,
        "the loop did not answer within "
            + waitedMs
            + " ms: it is stuck, or the server stops. Its log says more\n");
  }

  private static boolean isOnlyRead(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (method.equals("GET") || method.equals("HEAD")) {
      return true;
    }
    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
    reply(exchange, 405, "only GET and HEAD are answered here\n");
    return false;
  }

  private static <T> T await(CompletableFuture<T> answer, long waitMs) throws TimeoutException {
    try {
      return answer.get(waitMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: the admin listener is closing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the loop's numbers could not be taken", e);
    }
  }

  private static void reply(HttpExchange exchange, int code, String text) throws IOException {
    reply(exchange, code, TEXT, text.getBytes(UTF_8));
  }

  private static void reply(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(code, -1);
      return;
    }
    exchange.sendResponseHeaders(code, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Closes at once, whoever is being answered. */
  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    var _ = scrape.thenAccept(Scrape::close);
  }
}
