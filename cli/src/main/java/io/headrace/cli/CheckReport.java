package io.headrace.cli;

import io.headrace.http.Escaped;
import io.headrace.http.Exchange;
import io.headrace.http.ExchangeText;
import io.headrace.http.Expect;
import io.headrace.http.Header;
import io.headrace.http.Phases.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What is told of one web request. */
final class CheckReport {
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
    return exchange.word(expect);
  }

  String text() {
    return ExchangeText.of(exchange, expect, FIRST_BYTES_SHOWN);
  }

  Map<String, Object> value() {
    var response = exchange.response();
    var value = new LinkedHashMap<String, Object>();
    value.put("url", exchange.request().address());
    value.put("method", exchange.request().method());
    value.put("peer", exchange.server());
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
}
