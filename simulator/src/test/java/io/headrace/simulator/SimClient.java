package io.headrace.simulator;

import io.headrace.simulator.Reference.Reply;
import io.headrace.simulator.Request.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A client on one connection: sends requests, ahead of the replies if it likes, and judges them.
 */
final class SimClient {
  /** A request with the moment at which it was sent. */
  private record Asked(Request request, long moment) {}

  private final SplittableRandom random;
  private final Accounts accounts;
  private final SimServer server;
  private final SimConnection connection;
  private final RequestMix mix;
  private final int pipelineMax;
  private final boolean slowReader;
  private final ArrayDeque<Asked> outstanding = new ArrayDeque<>();
  private final List<Long> held = new ArrayList<>();
  private String used = "default";
  private boolean quit;

  /** It has begun a command, and will not complete it. */
  private boolean stuck;

  private long replies;
  private long refusals;
  private String lastLine = "";

  /** A reply whose line has come and whose body has not. */
  private Optional<String> pendingLine = Optional.empty();

  SimClient(SplittableRandom random, Accounts accounts, SimServer server) {
    this.random = random;
    this.accounts = accounts;
    this.server = server;
    connection = server.connect();
    mix = new RequestMix(random, accounts, this);
    pipelineMax = random.nextInt(3) == 0 ? 30 : 1 + random.nextInt(3);
    slowReader = random.nextInt(5) == 0;
  }

  SimConnection connection() {
    return connection;
  }

  /** Requests that are not answered yet. */
  int outstanding() {
    return outstanding.size();
  }

  long replies() {
    return replies;
  }

  /** The line of the last reply. */
  String lastLine() {
    return lastLine;
  }

  /** How many requests were refused for want of room. */
  long refusals() {
    return refusals;
  }

  boolean mayAsk() {
    return !quit && outstanding.size() < pipelineMax;
  }

  /** A job it holds, as far as it knows; else one it has heard of. */
  long held(SplittableRandom chance) {
    return held.isEmpty() ? accounts.any(chance) : held.get(chance.nextInt(held.size()));
  }

  /** The jobs it holds, as far as it knows. */
  List<Long> held() {
    return List.copyOf(held);
  }

  String used() {
    return used;
  }

  void willUse(String tube) {
    used = tube;
  }

  void ask() {
    ask(mix.next(server));
  }

  void ask(Request request) {
    if (request.kind() == Kind.DELETE) {
      accounts.deleting(request.job());
    }
    if (request.toString().startsWith("drop-job")) {
      accounts.deleting(request.job());
    }
    if (request.toString().startsWith("clear-tube")) {
      accounts.clearing();
    }
    quit |= request.kind() == Kind.QUIT;
    outstanding.add(new Asked(request, accounts.moment()));
    connection.send(request.bytes());
  }

  /** Begins a command, and does not go on. */
  void getStuck() {
    String begun =
        switch (random.nextInt(4)) {
          case 0 -> "res";
          case 1 -> "put 0 0 60 8\r\n12345678\r";
          case 2 -> "put 0 0 60 1000\r\n" + "x".repeat(random.nextInt(1_000));
          default -> "delete 1";
        };
    quit = true;
    stuck = true;
    connection.send(begun.getBytes(StandardCharsets.ISO_8859_1));
  }

  boolean isStuck() {
    return stuck;
  }

  /** Ends the connection in one of four ways. */
  void leave() {
    switch (random.nextInt(4)) {
      case 0 -> connection.reset();
      case 1 -> connection.lose();
      case 2 -> ask(Request.of(Kind.QUIT, "quit"));
      default -> connection.finish();
    }
    quit = true;
  }

  /** The process ends, or its host. */
  void breakOff() {
    connection.reset();
    quit = true;
  }

  /** Sends FIN, and reads on to the end. */
  void finish() {
    quit = true;
    connection.finish();
  }

  /** Reads what has come, or some of it. */
  void read(boolean everything) {
    ByteQueue received = connection.received();
    if (everything || !slowReader || random.nextInt(8) == 0) {
      while (readReply(received)) {
        replies++;
      }
    }
    if (connection.isEnded() && received.isEmpty()) {
      boolean lost = connection.isReset();
      outstanding.removeIf(asked -> asked.request.kind() == Kind.QUIT);
      Violation.unless(
          lost || quit || outstanding.isEmpty(),
          "G11: the server closes while %s is not answered",
          outstanding);
      Violation.unless(
          lost || outstanding.isEmpty(), "G11: %s is not answered before the close", outstanding);
    }
  }

  /** Takes one reply, if it is there as a whole. */
  private boolean readReply(ByteQueue received) {
    if (pendingLine.isEmpty()) {
      int bytes = received.lineBytes();
      if (bytes < 0) {
        return false;
      }
      pendingLine = Optional.of(text(received.take(bytes)));
      received.take(2);
    }
    String line = pendingLine.get();
    int bodyBytes = bodyBytes(line);
    if (bodyBytes >= 0 && received.size() < bodyBytes + 2) {
      return false;
    }
    byte[] body = bodyBytes >= 0 ? received.take(bodyBytes) : new byte[0];
    if (bodyBytes >= 0) {
      Violation.unless(text(received.take(2)).equals("\r\n"), "no CRLF ends the body of %s", line);
    }
    pendingLine = Optional.empty();
    Violation.unless(!outstanding.isEmpty(), "G11: %s answers nothing", line);
    judge(outstanding.remove(), line, body);
    return true;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** How many bytes follow the line, without their CRLF; -1 when none do. */
  private static int bodyBytes(String line) {
    String[] words = line.split(" ", -1);
    return switch (words[0]) {
      case "RESERVED", "FOUND" -> Integer.parseInt(words[2]);
      case "OK" -> Integer.parseInt(words[1]);
      default -> -1;
    };
  }

  private void judge(Asked asked, String line, byte[] body) {
    Request request = asked.request;
    lastLine = line;
    boolean logged = line.equals("OUT_OF_MEMORY") && server.owes(connection.session(), line);
    if (line.equals("OUT_OF_MEMORY") && server.mayRefuse() && !logged) {
      refused(request);
      return;
    }
    switch (request.kind()) {
      case LOGGED -> judgeLogged(asked, line, body);
      case PUT -> {
        judgeLogged(asked, line, body);
        if (!logged && !line.startsWith("KNOWN ")) {
          accounts.inserted(Long.parseLong(line.substring("INSERTED ".length())), request.body());
        }
      }
      case DELETE -> {
        judgeLogged(asked, line, body);
        held.remove(request.job());
        if (line.equals("DELETED")) {
          accounts.deleted(request.job());
        }
      }
      case EXACT ->
          Violation.unless(line.equals(request.line()), "%s is answered with %s", request, line);
      case BAD_POLICY ->
          Violation.unless(line.startsWith("BAD_POLICY "), "%s is answered with %s", request, line);
      case PEEK -> judgePeek(asked, line, body);
      case TEXT -> judgeText(asked, line, body);
      case QUIT -> throw new Violation("G11: quit is answered with " + line);
    }
  }

  /** A full disk refuses without a trace. */
  private void refused(Request request) {
    refusals++;
    Violation.unless(
        request.kind() != Kind.PEEK && request.kind() != Kind.TEXT, "%s is refused", request);
    if (request.toString().startsWith("use ")) {
      // What it asked for later may have been meant for the other tube: it cannot know.
      quit = true;
      connection.reset();
    }
  }

  private void judgeLogged(Asked asked, String line, byte[] body) {
    Request request = asked.request;
    Optional<Reply> owed = server.owed(connection.session(), line);
    Violation.unless(
        owed.isPresent(),
        "G1: %s is answered with %s before its entry is safe (index %d)",
        request,
        line,
        server.history().safe());
    Violation.unless(
        owed.get().line().equals(line),
        "%s is answered with %s, and should be with %s",
        request,
        line,
        owed.get().line());
    Violation.unless(
        Arrays.equals(owed.get().body(), body), "%s brings another body than was put", line);
    if (line.startsWith("RESERVED ")) {
      long job = Long.parseLong(line.split(" ", -1)[1]);
      held.add(job);
      accounts.seen(job, body, asked.moment);
    } else if (line.equals("RELEASED") || line.equals("BURIED") || line.equals("DIED")) {
      held.remove(Long.valueOf(request.toString().split(" ", -1)[1]));
    }
  }

  private void judgePeek(Asked asked, String line, byte[] body) {
    Request request = asked.request;
    if (line.startsWith("FOUND ")) {
      long job = Long.parseLong(line.split(" ", -1)[1]);
      Violation.unless(request.job() == 0 || request.job() == job, "%s finds job %d", request, job);
      accounts.seen(job, body, asked.moment);
    } else {
      Violation.unless(line.equals("NOT_FOUND"), "%s is answered with %s", request, line);
      server.tellOfEnds();
      accounts.missing(request.job(), asked.moment);
    }
  }

  private void judgeText(Asked asked, String line, byte[] body) {
    Request request = asked.request;
    if (line.startsWith("OK ")) {
      Violation.unless(text(body).startsWith("---\n"), "%s brings no list", request);
    } else {
      Violation.unless(line.equals("NOT_FOUND"), "%s is answered with %s", request, line);
      server.tellOfEnds();
      accounts.missing(request.job(), asked.moment);
    }
  }
}
