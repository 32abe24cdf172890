package io.headrace.http;

import java.util.List;
import java.util.Map;

/** A value of JSON (RFC 8259). */
sealed interface JsonValue {
  /** Members by name, in their order. */
  record Members(Map<String, JsonValue> all) implements JsonValue {}

  /** A list. */
  record Items(List<JsonValue> all) implements JsonValue {}

  /** A text. */
  record Text(String text) implements JsonValue {}

  /** A number, as it was written. */
  record Digits(String text) implements JsonValue {}

  /** True or false. */
  record Truth(boolean is) implements JsonValue {}

  /** The word null. */
  record Nothing() implements JsonValue {}
}
