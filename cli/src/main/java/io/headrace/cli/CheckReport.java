package io.headrace.cli;

import io.headrace.http.Escaped;
import io.headrace.http.Exchange;
import io.headrace.http.Expect;
import io.headrace.http.Header;
import io.headrace.http.Phases.Phase;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What is told of one web request. */
final class CheckReport {
  private static final double NS_PER_MS = 1e6;
  private static final double NS_PER_US = 1e3;

  /** As many of the first bytes are shown to people; programs get all that were kept. */
  private static final int FIRST_BYTES_SHOWN = 256;

  private final Exchange exchange;
  private final Expect expect;

  CheckReport(Exchange exchange, Expect expect) {
    this.exchange = exchange;
    this.expect = expect;
  }

  /** Whether it is as it should be. */
  boolean isGood() {
    return exchange.isAsExpected(expect);
  }

  /** The word that it is counted by. */
  String word() {
    return isUnexpected() ? "unexpected-status" : exchange.verdict().word();
  }

  /** Whether the response is whole, and its status is the only thing about it. */
  private boolean isUnexpected() {
    return exchange.verdict().isWhole() && !isGood();
  }

  String text() {
    var response = exchange.response();
    var text = new StringBuilder();
    text.append(exchange.request()).append(exchange.peer().map(CheckReport::shown).orElse(""));
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
    line(text, exchange.verdict().text() + (isUnexpected() ? ", but not " + expect : ""));
    if (!isGood() && response.first().length > 0) {
      int shown = Math.min(response.first().length, FIRST_BYTES_SHOWN);
      line(text, "came first: " + Escaped.of(Arrays.copyOf(response.first(), shown)));
    }
    return text.toString();
  }

  Map<String, Object> value() {
    var response = exchange.response();
    var value = new LinkedHashMap<String, Object>();
    value.put("url", exchange.request().address());
    value.put("method", exchange.request().method());
    value.put("peer", exchange.peer().map(CheckReport::address));
    value.put("good", isGood());
    value.put("verdict", exchange.verdict().word());
    value.put("why", exchange.verdict().reason());
    value.put("status", number(response.status()));
    value.put("expect", expect);
    value.put("status-line", response.statusLine());
    value.put("headers", fields(response.headers()));
    value.put("trailers", fields(response.trailers()));
    value.put("interim", response.interim());
    value.put("body-bytes", response.bodyBytes());
    value.put("bytes", response.bytes());
    value.put("first", Escaped.of(response.first()));
    value.put("ms", times());
    return value;
  }

  private Map<String, Object> times() {
    var times = new LinkedHashMap<String, Object>();
    for (var phase : Phase.values()) {
      exchange
          .phases()
          .tookNs(phase)
          .ifPresent(
              ns -> times.put(phase.word().replace(' ', '-'), Math.round(ns / NS_PER_US) / 1e3));
    }
    return times;
  }

  private static Optional<Integer> number(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private static List<Map<String, String>> fields(List<Header> headers) {
    return headers.stream()
        .map(header -> {
          Map<String, String> field = new LinkedHashMap<>();
          field.put("name", header.name());
          field.put("value", header.value());
          return field;
        })
        .toList();
  }

  private static String shown(InetSocketAddress peer) {
    return " (" + address(peer) + ")";
  }

  private static String address(InetSocketAddress peer) {
    var host = peer.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + peer.getPort();
  }

  private static void line(StringBuilder text, String line) {
    text.append("\n  ").append(line);
  }
}
