package io.headrace.cli.config;

import io.headrace.server.Quantity;
import java.time.Duration;

/** When a change is acknowledged, as it is written in a configuration. */
public sealed interface Durable {
  /** When it is on the disk. */
  record Fsync() implements Durable {
    @Override
    public String toString() {
      return "fsync";
    }
  }

  /** When it is written; it is on the disk at most that much later. */
  record Interval(Duration atMost) implements Durable {
    @Override
    public String toString() {
      return "interval:" + Quantity.text(atMost);
    }
  }

  /** When it is written; when it reaches the disk is for the kernel to say. */
  record Never() implements Durable {
    @Override
    public String toString() {
      return "never";
    }
  }

  /** Nothing is kept on disk: there is no data directory. */
  record None() implements Durable {
    @Override
    public String toString() {
      return "none";
    }
  }

  /**
   * Reads {@code fsync}, {@code interval:DURATION}, {@code never} or {@code none}.
   *
   * @throws IllegalArgumentException when it is none of them
   */
  static Durable parse(String text) {
    if (text.equals("fsync")) {
      return new Fsync();
    }
    if (text.equals("never")) {
      return new Never();
    }
    if (text.equals("none")) {
      return new None();
    }
    if (text.startsWith("interval:")) {
      var atMost = Quantity.duration(text.substring("interval:".length()));
      if (atMost.isPositive()) {
        return new Interval(atMost);
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no durability; write fsync, interval:50ms, never or none");
  }
}
