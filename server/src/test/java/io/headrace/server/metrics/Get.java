package io.headrace.server.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** One request to an admin listener, and what came back. */
record Get(int code, String type, String body) {
  static Get of(String address, String path) {
    return by("GET", address, path);
  }

  static Get by(String method, String address, String path) {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://" + address + path))
              .timeout(Duration.ofSeconds(30))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      var type = response.headers().firstValue("Content-Type").orElse("");
      return new Get(response.statusCode(), type, response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines of one metric. */
  List<String> lines(String start) {
    return body.lines().filter(line -> line.startsWith(start)).toList();
  }
}
