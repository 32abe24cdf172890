package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Random;
import java.util.Set;

/** Responses with something done to them. */
final class Mutants {
  private static final Set<String> WHOLE = Set.of("ok", "ok-lenient");

  private Mutants() {}

  /** A response that was changed in a way that says what must become of it. */
  record Mutant(Answer answer, Set<String> words) {}

  /** Any bytes changed, doubled, moved or left out. */
  static Answer ofBytes(Answer answer, Random random) {
    var said = new StringBuilder(answer.said());
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes && !said.isEmpty(); i++) {
      int at = random.nextInt(said.length());
      int end = Math.min(said.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> said.setCharAt(at, (char) (said.charAt(at) ^ (1 << random.nextInt(8))));
        case 1 -> said.setCharAt(at, "\r\n :;,0a\t\u0000\u00ff".charAt(random.nextInt(11)));
        case 2 -> said.insert(at, said.substring(at, end));
        case 3 -> said.delete(at, end);
        default -> said.setLength(at);
      }
    }
    return said(answer, said.toString());
  }

  /** A good response, with one thing done to it. */
  static Mutant ofGood(Random random) {
    var body = letters(2 + random.nextInt(300), random);
    boolean inChunks = random.nextBoolean();
    var head = "HTTP/1.1 200 OK\r\nServer: " + letters(10, random) + "\r\n";
    var framed =
        inChunks ? chunked(body, random) : "Content-Length: " + body.length() + "\r\n\r\n" + body;
    var good = new Answer("mutant", false, true, head + framed, "", body);
    return switch (random.nextInt(6)) {
      case 0 -> cut(good, random);
      case 1 ->
          new Mutant(said(good, good.said().replaceFirst(" OK\r\n", "\r\n")), Set.of("ok-lenient"));
      case 2 ->
          new Mutant(
              said(good, good.said().replaceFirst("\r\n\r\n", "\n\n")), Set.of("ok-lenient"));
      case 3 -> new Mutant(said(good, good.said() + letters(9, random)), Set.of("ok-lenient"));
      case 4 -> new Mutant(said(good, noisyCase(good.said(), random)), WHOLE);
      default -> wrongLength(head, body, inChunks, random);
    };
  }

  private static Mutant cut(Answer good, Random random) {
    // The last four bytes are the blank line of the last chunk: without it a body is whole.
    int end = good.said().length() - (good.said().contains("chunked") ? 4 : 0);
    var cut = good.said().substring(0, random.nextInt(end));
    boolean inBody = cut.contains("\r\n\r\n");
    return new Mutant(said(good, cut), Set.of(inBody ? "truncated" : "early-close"));
  }

  private static Mutant wrongLength(String head, String body, boolean inChunks, Random random) {
    int more = 1 + random.nextInt(50);
    if (inChunks) {
      // What should be the line end lies in the body then, or the length takes it in.
      var said =
          head
              + "Transfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(body.length() + (random.nextBoolean() ? more : -1))
              + "\r\n"
              + body
              + "\r\n0\r\n\r\n";
      return new Mutant(
          new Answer("mutant", false, true, said, "", ""), Set.of("malformed", "truncated"));
    }
    var said = head + "Content-Length: " + (body.length() + more) + "\r\n\r\n" + body;
    return new Mutant(new Answer("mutant", false, true, said, "", body), Set.of("truncated"));
  }

  private static String chunked(String body, Random random) {
    var said = new StringBuilder("Transfer-Encoding: chunked\r\n\r\n");
    for (int at = 0; at < body.length(); ) {
      int end = Math.min(body.length(), at + 1 + random.nextInt(100));
      said.append(Integer.toHexString(end - at))
          .append("\r\n")
          .append(body, at, end)
          .append("\r\n");
      at = end;
    }
    return said.append("0\r\n\r\n").toString();
  }

  /** Names of headers in any case. */
  private static String noisyCase(String said, Random random) {
    var noisy = said;
    for (var name : List.of("Server", "Content-Length", "Transfer-Encoding")) {
      var other = new StringBuilder();
      name.chars()
          .forEach(c ->
              other.append(
                  (char)
                      (random.nextBoolean()
                          ? Character.toUpperCase(c)
                          : Character.toLowerCase(c))));
      noisy = noisy.replaceFirst(name, other.toString());
    }
    return noisy;
  }

  private static String letters(int count, Random random) {
    var letters = new byte[count];
    for (int i = 0; i < count; i++) {
      letters[i] = (byte) ('g' + random.nextInt(20));
    }
    return new String(letters, ISO_8859_1);
  }

  private static Answer said(Answer answer, String said) {
    return new Answer(
        answer.name(), answer.toHead(), answer.properly(), said, answer.verdict(), answer.body());
  }
}
