package io.headrace.trials;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client may send that is wrong, odd, or at a limit, each with what follows it on the same
 * connection. Ids are written as {@code <0>}, {@code <1>}, …: the next job to be put and those
 * after it.
 */
final class EdgeScripts {

  private static final int JOB_BYTES_MAX = 65_535;

  /** Shows whether the server is still in step, and at which job it is. */
  private static final String AFTER = "list-tube-used\r\nput 5 0 100 2\r\nok\r\nquit\r\n";

  private final List<Edge> edges = new ArrayList<>();

  /**
   * One script.
   *
   * @param bytes all that is sent
   * @param halfClose whether the client then says that it has nothing more to send
   */
  record Edge(String name, String bytes, boolean halfClose) {
    /** The bytes with the real ids. */
    String bytes(long nextId) {
      var text = bytes;
      for (int i = 0; i < 10; i++) {
        text = text.replace("<" + i + ">", Long.toString(nextId + i));
      }
      return text;
    }
  }

  private EdgeScripts() {}

  static List<Edge> all() {
    var scripts = new EdgeScripts();
    scripts.lines();
    scripts.lengths();
    scripts.numbers();
    scripts.puts();
    scripts.states();
    scripts.ends();
    return scripts.edges;
  }

  /** Adds a script that is checked to be in step at its end. */
  private void add(String name, String bytes) {
    edges.add(new Edge(name, bytes + AFTER, false));
  }

  /** Adds each line as a script of its own, on a server that has a ready job. */
  private void each(String... lines) {
    for (var line : lines) {
      add(
          "line '" + line.replace("\0", "\\0").replace("\t", "\\t") + "'",
          "put 5 0 100 3\r\njob\r\n" + line + "\r\n");
    }
  }

  private void lines() {
    each("", " ", "x", "\0", "list-tube-used\0", "use a\0b");
    each("STATS", "Stats", "quitfoo", "quit now", " quit", "QUIT", "qui");
    each("reservefoo", "reserve x", "reserve ", "reserve-", "reserve-with-timeout");
    each("reserve-with-timeout 0 junk");
    each("reserve-with-timeout0", "reserve-with-timeout  0");
    each("reserve-with-timeout 0x", "reserve-with-timeout 00", "reserve-with-timeout -1");
    each("reserve-job", "reserve-job ", "reserve-job x", "reserve-job <0>", "reserve-job <0> x");
    each("reserve-job<0>", "reserve-job  <0>", "reserve-job <0> ", "reserve-mode fifo");
    each("pause-tubedefault 0", "pause-tube default", "pause-tube default ", "pause-tube");
    each("pause-tube default x", "pause-tube default -1", "pause-tube default 0 junk");
    each("pause-tube  default 0", "pause-tube default  0", "pause-tube no-such 0");
    each("pause-tube default 4294967295", "pause-tube default 4294967296");
    each("use", "use ", "usefoo", "use  x", "use x y", "use x ", "use -x", "use a:b", "use é");
    each("use A-Za+z0/9;.$_()", "use a\tb", "use a*", "use a,b", "use a=b", "use a~");
    each("watch", "watch ", "watchx", "watch  x", "watch x y", "watch x ", "watch -x");
    each("ignore", "ignore ", "ignorex", "ignore default", "ignore no-such", "ignore -x");
    each("ignore default ", "watch default", "list-tubes-watched", "list-tubes");
    each("list-tubes x", "list-tubesx", "list-tube-usedx", "list-tubes-watchedx");
    each("list-tube-used ", "list-tubes ", "list-tubes-watched ", "list-tube", "list");
    each("stats", "stats x", "stats ", "statsx", "stats-", "stats-tube", "stats-tube ");
    each("stats-tube -bad", "stats-tube a b", "stats-tube default", "stats-tube default ");
    each("stats-tubedefault", "stats-tube  default", "stats-tube no-such");
    each("peek", "peek ", "peek-", "peek-readyx", "peek-ready x", "peek-ready ", "peek-ready");
    each("peek-delayed", "peek-delayedx", "peek-buried", "peek-buriedx", "peek-nothing");
    each("kick", "kick ", "kick x", "kick -1", "kick 5 junk", "kick5", "kick  5", "kick 5x");
    each("kick +5", "kick 99999999999999999999", "kick 0", "kick 18446744073709551615");
    each("put", "put ", "put 1", "put 1 2", "put 1 2 3", "put x", "putx", "put 1 2 3 x");
  }

  /** All commands that take an id, with the ids that a parser may get wrong. */
  private void numbers() {
    var ids =
        List.of(
            "",
            "<0>",
            " <0>",
            "<0> ",
            "<0>x",
            "<0> 7",
            "x",
            "-1",
            "+<0>",
            "0",
            "00<0>",
            "\t<0>",
            "1.0",
            "0x1",
            "999999999",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999");
    for (var command : List.of("peek", "delete", "touch", "kick-job", "stats-job")) {
      ids.forEach(id -> each(command + " " + id));
      each(command + "<0>");
    }
    ids.forEach(id -> each("bury " + id + " 5", "release " + id + " 5 0"));
    var numbers = List.of("", "0", "-1", "x", "4294967295", "4294967296", "7 ", "7 7", "07", "+7");
    for (var number : numbers) {
      var held = "put 5 0 100 1\r\na\r\nreserve\r\n";
      add("bury with priority '" + number + "'", held + "bury <0> " + number + "\r\n");
      add("release with priority '" + number + "'", held + "release <0> " + number + " 0\r\n");
      add("release with delay '" + number + "'", held + "release <0> 7 " + number + "\r\n");
      add("put with priority '" + number + "'", "put " + number + " 0 100 1\r\na\r\n");
      add("put with delay '" + number + "'", "put 1 " + number + " 100 1\r\na\r\n");
      add("put with TTR '" + number + "'", "put 1 0 " + number + " 1\r\na\r\nstats-job <0>\r\n");
    }
    each("bury", "bury ", "bury<0> 5", "release", "release ", "release<0> 5 0");
  }

  private void lengths() {
    for (int bytes : List.of(200, 220, 221, 222, 223, 224, 226, 227, 300, 447, 448, 450, 10_000)) {
      add("a line of " + bytes + " bytes", "a".repeat(bytes - 2) + "\r\n");
      add("a line of " + bytes + " bytes, twice", ("a".repeat(bytes - 2) + "\r\n").repeat(2));
      add("a line of " + bytes + " bytes with NUL", "\0" + "a".repeat(bytes - 3) + "\r\n");
      add("quit and " + bytes + " bytes", "quit" + "a".repeat(bytes - 6) + "\r\n");
      add("a line of " + bytes + " bytes of LF", "\n".repeat(bytes - 2) + "\r\n");
    }
    for (int bytes : List.of(1, 199, 200, 201, 202, 205)) {
      var name = "n".repeat(bytes);
      add("use of a name of " + bytes, "use " + name + "\r\n");
      add("watch of a name of " + bytes, "watch " + name + "\r\nignore " + name + "\r\n");
      add("stats-tube of a name of " + bytes, "stats-tube " + name + "\r\n");
      if (bytes <= 200) {
        // One that is too long is refused by both, but counted by beanstalkd.
        add("pause-tube of a name of " + bytes, "pause-tube " + name + " 0\r\n");
      }
    }
    add("a bare LF does not end a line", "list-tube-used\nlist-tubes\r\n");
    add("LF CR LF", "list-tube-used\n\r\n");
    add("many empty lines", "\r\n".repeat(300));
    add("every byte in a line", everyByte().replace("\r", "") + "\r\n");
  }

  private void puts() {
    each("put 5 0 100 2 \r\nab", "put  5  0  100  2\r\nab", "put 5\t0 100 2\r\nab");
    each("put 5 0 100 2 9\r\nab", "put -5 0 100 2\r\nab", "put 5 0 100 -2\r\nab");
    each("put 05 00 0100 02\r\nab", "put +5 0 100 2\r\nab", "put 5 0 100 2x\r\nab");
    each("put 5 0 100 0\r\n", "put 5 0 100 4294967296\r\nab", "put 5 0 100 99999999999\r\nab");
    each("put 5 0 100 2\r\nabc", "put 5 0 100 2\r\na", "put 5 0 100 2\r\nab\n", "put 5 0 100");
    each("put 5 0 100 2\r\n\r\n", "put 5 0 100 1\r\n\r", "put 5 0 100 4\r\nquit");
    for (int bytes : List.of(1, 255, 4096, 65_534, JOB_BYTES_MAX)) {
      add("a body of " + bytes, put(bytes, "x".repeat(bytes)) + "reserve\r\npeek <0>\r\n");
    }
    for (int bytes : List.of(JOB_BYTES_MAX + 1, JOB_BYTES_MAX + 2, 70_000, 200_000)) {
      add("a body too big, of " + bytes, put(bytes, "x".repeat(bytes)));
      add(
          "a body too big with a wrong end, of " + bytes,
          "put 5 0 100 " + bytes + "\r\n" + "x".repeat(bytes) + "yy");
      add(
          "a body too big and one more word, of " + bytes,
          "put 5 0 100 " + bytes + " 7\r\n" + "x".repeat(bytes) + "\r\n");
    }
    add("three bodies too big", put(70_000, "quit\r\n" + "x".repeat(69_994)).repeat(3));
    add("a wrong end, then jobs", "put 5 0 100 2\r\nabXX" + put(1, "a") + put(1, "b"));
    add("a wrong end that holds a command", "put 5 0 100 2\r\nabcdlist-tubes-watched\r\n");
    add("a body of every byte", put(256, everyByte()) + "reserve\r\n");
    add("a hundred puts at once", put(3, "abc").repeat(100));
    add("a zero body", put(0, "") + "reserve\r\n");
  }

  private static String put(int bytes, String body) {
    return "put 5 0 100 " + bytes + "\r\n" + body + "\r\n";
  }

  private void states() {
    var jobs = say("put 9 0 100 1", "a", "put 9 0 100 1", "b", "put 9 1000 100 1", "c");
    add("the smallest id first", jobs + say("reserve", "release <0> 9 0", "reserve", "reserve"));
    add(
        "a released job goes before younger ones",
        jobs + say("reserve", "reserve", "release <1> 9 0", "release <0> 9 0", "reserve"));
    // The second reserve waits for the last of three seconds: by then all has come that follows, be
    // it in pieces, and it is done within that second.
    var late = say("put 9 0 3 1", "a", "reserve", "reserve");
    add("DEADLINE_SOON", late + say("reserve-with-timeout 0"));
    add(
        "DEADLINE_SOON yields to a ready job",
        late + say("put 9 0 9 1", "b", "reserve", "reserve"));
    add(
        "DEADLINE_SOON is no answer to reserve-job",
        late + say("put 9 9 9 1", "b", "reserve-job <1>"));
    add("TTR 0 is 1", say("put 9 0 0 1", "a", "stats-job <0>", "reserve", "reserve"));
    add(
        "reserve-job takes each state",
        jobs
            + say(
                "reserve-job <2>",
                "reserve-job <2>",
                "reserve-job <1>",
                "bury <1> 3",
                "reserve-job <1>",
                "stats-job <1>",
                "stats-job <2>"));
    add("reserve-job of a paused tube", jobs + say("pause-tube default 100", "reserve-job <0>"));
    add(
        "delete in each state",
        jobs
            + say("reserve", "bury <0> 1", "delete <0>", "delete <1>", "delete <2>", "delete <2>"));
    add("delete of a held job", jobs + say("reserve", "delete <0>", "stats"));
    add("nothing is held", jobs + say("bury <0> 1", "release <0> 1 1", "touch <0>"));
    add(
        "kick-job in each state",
        jobs
            + say(
                "kick-job <2>",
                "kick-job <2>",
                "reserve",
                "kick-job <0>",
                "bury <0> 1",
                "kick-job <0>",
                "stats-job <0>"));
    add(
        "kick takes the buried first",
        jobs + say("reserve", "bury <0> 1", "kick 10", "kick 10", "kick 10", "stats-tube default"));
    add(
        "the buried in the order of burial",
        jobs
            + say(
                "reserve",
                "reserve",
                "bury <1> 0",
                "bury <0> 9",
                "peek-buried",
                "kick 1",
                "peek-buried",
                "peek-ready"));
    add("peek-ready of a paused tube", jobs + say("pause-tube default 100", "peek-ready"));
    add(
        "a paused tube gives nothing",
        jobs
            + say(
                "pause-tube default 100",
                "reserve-with-timeout 0",
                "pause-tube default 0",
                "reserve-with-timeout 0",
                "stats-tube default"));
    add(
        "urgent is below 1024",
        say(
            "put 1023 0 9 1",
            "a",
            "put 1024 0 9 1",
            "b",
            "put 0 99 9 1",
            "c",
            "stats",
            "stats-tube default",
            "reserve",
            "stats",
            "release <0> 2000 0",
            "stats"));
    add(
        "unused tubes vanish",
        say(
            "use a",
            "put 1 0 9 1",
            "a",
            "use b",
            "list-tubes",
            "delete <0>",
            "list-tubes",
            "watch c",
            "list-tubes",
            "ignore c",
            "list-tubes",
            "stats-tube a"));
    add(
        "a vanished tube forgets its pause",
        say(
            "use a",
            "pause-tube a 100",
            "use b",
            "use a",
            "put 1 0 9 1",
            "a",
            "stats-tube a",
            "watch a",
            "reserve-with-timeout 0"));
    add(
        "commands that are counted",
        jobs
            + say(
                "peek 1",
                "peek-ready",
                "kick 1",
                "kick-job 1",
                "touch 1",
                "list-tubes",
                "ignore default",
                "stats-tube x",
                "stats-job 1",
                "reserve-job 1",
                "bury 1 1",
                "release 1 1 1",
                "put x")
            + put(70_000, "x".repeat(70_000))
            + say("stats"));
  }

  /** Lines as they are sent. */
  private static String say(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private void ends() {
    for (var bytes :
        List.of(
            "",
            "list-tube-u",
            "quit\r\n",
            "list-tube-used\r\n",
            "reserve-with-timeout 0\r\n",
            "list-tube-used",
            "a".repeat(300),
            "reserve\r\n",
            "reserve-with-timeout 1000\r\n",
            "put 5 0 100 1\r\na\r\nreserve\r\nreserve\r\n")) {
      var shown = bytes.length() > 60 ? bytes.substring(0, 60) + "…" : bytes;
      edges.add(new Edge("FIN after '" + shown.replace("\r\n", "\\r\\n") + "'", bytes, true));
    }
    edges.add(new Edge("nothing after quit", "quit\r\nlist-tubes\r\n", false));
  }

  private static String everyByte() {
    var all = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      all.append(c);
    }
    return all.toString();
  }
}
