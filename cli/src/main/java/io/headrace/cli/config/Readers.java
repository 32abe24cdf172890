package io.headrace.cli.config;

import io.headrace.queue.PolicySettings;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.PolicyText;
import io.headrace.server.Quantity;
import io.headrace.server.SettingFile;
import io.headrace.server.beanstalk.Tokens;
import io.headrace.server.captures.RecorderOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the texts of settings are read. Each throws an IllegalArgumentException that says what is
 * wrong, and what may be written.
 */
final class Readers {
  /** Turns a setting off. */
  static final String NONE = "none";

  private static final int ADMIN_PORT = 11_380;
  private static final Duration TIME_MAX = Duration.ofHours(1);

  private Readers() {}

  static Optional<Path> path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the file is missing; write a path, or 'none'");
    }
    return text.equals(NONE) ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
  }

  /** The token, or the file that holds it: what begins like a token is one. */
  static Optional<String> token(String text) {
    if (text.startsWith(Tokens.PREFIX)) {
      return Optional.of(text);
    }
    return path(text)
        .map(file -> {
          var token = new SettingFile("token", file).text().strip();
          if (!token.startsWith(Tokens.PREFIX) || token.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException(
                file + ": it must hold one token, that begins with " + Tokens.PREFIX);
          }
          return token;
        });
  }

  static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  static PolicySettings policy(String words) {
    if (words.isBlank()) {
      throw new IllegalArgumentException("the policies are missing; write key=value..., or 'none'");
    }
    return words.strip().equals(NONE) ? PolicySettings.NONE : PolicyText.parse(words).set();
  }

  static String present(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("an address is missing; write host:port or unix:/path");
    }
    return text.strip();
  }

  static Optional<Path> data(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the directory is missing; write a path, or 'none'");
    }
    return text.equals(NONE) ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
  }

  static Optional<String> command(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the command is missing; write one, or 'none'");
    }
    return text.equals(NONE) ? Optional.empty() : Optional.of(text);
  }

  /** A time from {@code min} to an hour, or none. */
  static Function<String, Optional<Duration>> patience(Duration min) {
    return text ->
        text.strip().equals(NONE) ? Optional.empty() : Optional.of(time(text, min, TIME_MAX));
  }

  static Duration drainTime(String text) {
    return time(text, Duration.ZERO, TIME_MAX);
  }

  static Duration keyWindow(String text) {
    return time(text, KeyOptions.WINDOW_MIN, KeyOptions.WINDOW_MAX);
  }

  private static Duration time(String text, Duration min, Duration max) {
    Duration time = Quantity.duration(text);
    if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is out of range: " + Quantity.text(min) + " to " + Quantity.text(max));
    }
    return time;
  }

  static Optional<Duration> age(String text) {
    if (text.equals(NONE)) {
      return Optional.empty();
    }
    var age = Quantity.duration(text);
    if (age.isZero()) {
      throw new IllegalArgumentException("every job waits for that long; write 5m, or 'none'");
    }
    return Optional.of(age);
  }

  static int recorder(String text) {
    return text.strip().equals(NONE)
        ? 0
        : size(RecorderOptions.BYTES_MIN, RecorderOptions.BYTES_MAX).apply(text).intValue();
  }

  static Duration keep(String text) {
    var age = Quantity.duration(text);
    if (age.isZero()) {
      throw new IllegalArgumentException("a capture is kept for a while; write 1h or 7d");
    }
    return age;
  }

  static Optional<URI> url(String text) {
    if (text.equals(NONE)) {
      return Optional.empty();
    }
    try {
      var url = new URI(text);
      boolean http = List.of("http", "https").contains(String.valueOf(url.getScheme()));
      if (http && url.getHost() != null && url.getUserInfo() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("it is no URL: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is no URL to post to; write http://host/path or https://host/path, without"
            + " user and password, or 'none'");
  }

  static Optional<ListenAddress.Tcp> admin(String text) {
    if (text.strip().equals(NONE)) {
      return Optional.empty();
    }
    try {
      if (ListenAddress.parse(text.strip(), ADMIN_PORT) instanceof ListenAddress.Tcp tcp) {
        return Optional.of(tcp);
      }
    } catch (ListenException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no TCP address; write host:port, [ipv6]:port, :port or none");
  }

  static Function<String, Long> size(long min, long max) {
    return text -> {
      long bytes = Quantity.bytes(text);
      if (bytes < min || bytes > max) {
        var most = max == Long.MAX_VALUE ? "" : ", at most " + Quantity.text(max);
        throw new IllegalArgumentException(
            "'" + text + "' is out of range: at least " + Quantity.text(min) + most);
      }
      return bytes;
    };
  }

  static Function<String, Integer> count(int max) {
    return text -> {
      if (!text.matches("\\d{1,10}") || Long.parseLong(text) < 1 || Long.parseLong(text) > max) {
        throw new IllegalArgumentException("'" + text + "' is no number from 1 to " + max);
      }
      return Integer.parseInt(text);
    };
  }
}
