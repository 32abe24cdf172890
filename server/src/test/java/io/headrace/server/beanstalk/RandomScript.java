package io.headrace.server.beanstalk;

import java.util.Random;

/** What a confused client might send: good commands, bad ones, and bytes that are none. */
final class RandomScript {
  private static final String[] TUBES = {"default", "a", "b", "a-much-longer-name/of;a.tube", "-x"};
  private static final String[] KEYS = {"a", "a", "b", "@:a-longer/key+=_.", "b;d", ""};
  private static final String[] STATES = {"ready", "delayed", "reserved", "buried", "none"};
  private static final String[] PLAIN = {
    "reserve",
    "reserve-with-timeout 0",
    "peek-ready",
    "peek-delayed",
    "peek-buried",
    "stats",
    "list-tubes",
    "list-tube-used",
    "list-tubes-watched",
    "list-connections 0 10",
    "drain",
    "undrain",
    "list-captures",
    "list-extensions",
    "show-held",
    "shutdown",
    "auth hr_nobody",
  };
  private static final String[] OF_A_JOB = {
    "delete", "reserve-job", "touch", "kick-job", "peek", "stats-job", "close-connection 9",
  };
  private static final String[] OF_A_TUBE = {"use", "watch", "ignore", "stats-tube", "clear-tube"};

  private final Random random;

  RandomScript(long seed) {
    random = new Random(seed);
  }

  /** Returns so many requests, one character a byte. */
  String next(int requests) {
    var bytes = new StringBuilder();
    for (int i = 0; i < requests; i++) {
      bytes.append(request());
    }
    return bytes.toString();
  }

  private String request() {
    String line =
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> put();
          case 3, 4 -> pick(PLAIN);
          case 5, 6 -> pick(OF_A_JOB) + " " + number(12);
          case 7 -> pick(OF_A_TUBE) + " " + pick(TUBES);
          case 8 -> "release " + number(12) + " " + number(3000) + " " + number(2);
          case 9 -> random.nextBoolean() ? "bury " + number(12) + " 1" : "kick " + number(5);
          case 10 ->
              random.nextBoolean()
                  ? "pause-tube " + pick(TUBES) + " " + number(3)
                  : "list-jobs " + pick(TUBES) + " " + pick(STATES) + " " + number(4);
          default -> garbage(random.nextInt(300));
        };
    return line + "\r\n";
  }

  private String put() {
    String body = garbage(random.nextInt(10) == 0 ? 200 : random.nextInt(20));
    // Now and then the length is wrong.
    int length = body.length() + (random.nextInt(8) == 0 ? random.nextInt(5) - 2 : 0);
    String tail = random.nextInt(20) == 0 ? " 1" : "";
    String key = random.nextInt(3) == 0 ? "-key " + pick(KEYS) : "";
    return "put"
        + key
        + " "
        + number(3000)
        + " "
        + number(2)
        + " "
        + number(100)
        + " "
        + length
        + tail
        + "\r\n"
        + body;
  }

  /** Bytes with many of those that a decoder looks for. */
  String garbage(int length) {
    var bytes = new StringBuilder();
    String telling = "\r\n\0 put9";
    for (int i = 0; i < length; i++) {
      boolean any = random.nextInt(3) == 0;
      bytes.append(any ? (char) random.nextInt(256) : telling.charAt(random.nextInt(8)));
    }
    return bytes.toString();
  }

  /** Returns the bytes with a few of them changed, left out or doubled. */
  String mutate(String bytes) {
    var mutated = new StringBuilder(bytes);
    for (int i = random.nextInt(8); i >= 0 && !mutated.isEmpty(); i--) {
      int at = random.nextInt(mutated.length());
      switch (random.nextInt(3)) {
        case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutated.deleteCharAt(at);
        default -> mutated.insert(at, mutated.charAt(at));
      }
    }
    return mutated.toString();
  }

  private String number(int below) {
    return Integer.toString(random.nextInt(below));
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }
}
