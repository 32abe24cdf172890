package io.headrace.trials;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random commands of the whole protocol, most of them good, on few tubes and on the ids that the
 * script's own jobs get. No result depends on how long anything takes: TTRs and delays are minutes,
 * and no two delays are alike, so that their order is certain.
 */
final class RandomCommands {

  private static final List<String> TUBES = List.of("default", "a", "b", "c-with-a-longer-name");
  private static final List<String> PRIORITIES =
      List.of("0", "1", "1023", "1024", "1025", "2147483648", "4294967295");
  private static final List<String> LISTS =
      List.of("stats", "list-tubes", "list-tube-used", "list-tubes-watched");
  private static final List<String> PEEKS = List.of("peek-ready", "peek-delayed", "peek-buried");
  private static final List<String> BAD =
      List.of(
          "",
          "x",
          "put",
          "put 1 2",
          "delete",
          "delete x",
          "use -x",
          "kick",
          "release 1 2",
          "stats-job",
          "reserve-job x",
          "pause-tube default",
          "watch ",
          "PUT 1 1 1 1",
          "\0");

  private static final int DELAY_MIN_SECONDS = 1000;
  private static final int DELAY_STEP_SECONDS = 20;
  private static final int DELAYS = 5000;

  private final Random random;
  private final long firstId;
  private final List<Integer> delays = new ArrayList<>();
  private long puts;

  RandomCommands(Random random, long firstId) {
    this.random = random;
    this.firstId = firstId;
    for (int i = 0; i < DELAYS; i++) {
      delays.add(DELAY_MIN_SECONDS + i * DELAY_STEP_SECONDS);
    }
    Collections.shuffle(delays, random);
  }

  /** The next command, its body and CRLFs with it. Never one that waits. */
  String next() {
    return switch (random.nextInt(32)) {
      case 0, 1, 2, 3, 4, 5, 6 -> put();
      case 7, 8, 9, 10, 11 -> line("reserve-with-timeout 0");
      case 12, 13 -> line("delete " + id());
      case 14, 15 -> line("release " + id() + " " + any(PRIORITIES) + " " + delay());
      case 16, 17 -> line("bury " + id() + " " + any(PRIORITIES));
      case 18 -> line("touch " + id());
      case 19 -> line("use " + any(TUBES));
      case 20 -> line("watch " + any(TUBES));
      case 21 -> line("ignore " + any(TUBES));
      case 22 -> line("peek " + id());
      case 23 -> line(any(PEEKS));
      case 24 -> line("kick " + random.nextInt(4));
      case 25 -> line("kick-job " + id());
      case 26 -> line("reserve-job " + id());
      case 27 -> line("stats-job " + id());
      case 28 -> line("stats-tube " + any(TUBES));
      case 29 -> line(any(LISTS));
      case 30 -> line("pause-tube " + any(TUBES) + " " + (random.nextInt(3) == 0 ? 1000 : 0));
      default -> line(any(BAD));
    };
  }

  private String put() {
    puts++;
    int bytes = random.nextInt(50) == 0 ? random.nextInt(20_000) : random.nextInt(40);
    var body = new StringBuilder(bytes);
    while (body.length() < bytes) {
      body.append(random.nextInt(6) == 0 ? "\r\n" : (char) random.nextInt(256));
    }
    body.setLength(bytes);
    var end = random.nextInt(40) == 0 ? "xx" : "\r\n";
    return "put %s %d %d %d\r\n%s%s"
        .formatted(any(PRIORITIES), delay(), 500 + random.nextInt(500), bytes, body, end);
  }

  private int delay() {
    return random.nextInt(4) == 0 && !delays.isEmpty() ? delays.removeLast() : 0;
  }

  private long id() {
    return firstId + random.nextLong(puts + 2);
  }

  private String any(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String line(String command) {
    return command + "\r\n";
  }
}
