package io.headrace.http;

import io.headrace.http.Phases.Phase;
import java.util.Arrays;
import java.util.Locale;

/** What people are told of one exchange: some lines of printable ASCII. */
public final class ExchangeText {
  private static final double NS_PER_MS = 1e6;

  private ExchangeText() {}

  /**
   * Whom it asked, how long each phase took, what came, and what became of it.
   *
   * @param firstShownMax so many of the first bytes are shown of what is not as expected
   */
  public static String of(Exchange exchange, Expect expect, int firstShownMax) {
    var response = exchange.response();
    var text = new StringBuilder();
    text.append(exchange.request())
        .append(exchange.server().map(server -> " (" + server + ")").orElse(""));
    for (var phase : Phase.values()) {
      exchange
          .phases()
          .tookNs(phase)
          .ifPresent(ns ->
              line(
                  text,
                  String.format(Locale.ROOT, "%-10s %9.1f ms", phase.word(), ns / NS_PER_MS)));
    }
    if (!response.statusLine().isEmpty()) {
      line(text, Escaped.of(response.statusLine()));
      line(
          text,
          "headers: " + response.headers().size() + ", body: " + response.bodyBytes() + " bytes");
    }
    boolean unexpected = exchange.word(expect).equals(Exchange.UNEXPECTED_STATUS);
    line(text, exchange.verdict().text() + (unexpected ? ", but not " + expect : ""));
    if (!exchange.isAsExpected(expect) && response.first().length > 0) {
      int shown = Math.min(response.first().length, firstShownMax);
      line(text, "came first: " + Escaped.of(Arrays.copyOf(response.first(), shown)));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append("\n  ").append(line);
  }
}
