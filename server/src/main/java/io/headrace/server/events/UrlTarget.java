package io.headrace.server.events;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A URL that each event is posted to. An answer of 2xx says that it was taken. */
final class UrlTarget implements Target {
  private final URI url;
  private final String name;
  private final Duration timeout;
  private final HttpClient client;

  /**
   * A target.
   *
   * @param timeout how long a connect, and the whole of a request, may take
   */
  UrlTarget(URI url, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
    // Neither path nor query: for many webhooks they are the password.
    name = "on-event-url " + url.getScheme() + "://" + url.getHost();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Outcome tell(Telling telling, long dropped) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "headrace")
            .POST(HttpRequest.BodyPublishers.ofString(EventJson.of(telling, dropped)))
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      // The request's own time-out ends with the headers: a body may never end.
      int status = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
      return status / 100 == 2 ? new Outcome.Told() : new Outcome.NotTold("answered " + status);
    } catch (TimeoutException e) {
      return late();
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case HttpTimeoutException _ -> late();
        case ConnectException _ -> new Outcome.NotTold("takes no connection");
        case null -> new Outcome.NotTold("failed: " + e);
        case Throwable cause -> new Outcome.NotTold("failed: " + cause);
      };
    } finally {
      answer.cancel(true);
    }
  }

  private Outcome late() {
    return new Outcome.NotTold("did not answer within " + timeout.toMillis() + " ms");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
