package io.headrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job whose body is a web request: a URL, or a JSON object with {@code url} and, if they are
 * wanted, {@code method}, {@code headers}, {@code body} and {@code expect}.
 *
 * @param expect the statuses that say that the job is done
 */
public record JobRequest(Request request, Expect expect) {
  private static final Set<String> KEYS = Set.of("url", "method", "headers", "body", "expect");

  /** What comes of reading the body of a job. */
  public sealed interface Reading {
    /** It is one. */
    record Usable(JobRequest job) implements Reading {}

    /**
     * It is none, and never will be.
     *
     * @param why what is wrong with it, and the fix: one line
     */
    record Unusable(String why) implements Reading {}
  }

  /** Reads the body of a job: any bytes. */
  public static Reading parse(byte[] body) {
    try {
      var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString().strip();
      return new Reading.Usable(text.startsWith("{") ? ofJson(text) : ofUrl(text));
    } catch (CharacterCodingException e) {
      return new Reading.Unusable("the body is not UTF-8; write a URL or JSON");
    } catch (UnusableRequestException e) {
      return new Reading.Unusable(String.valueOf(e.getMessage()));
    }
  }

  /** Whether a whole response came, with a status that says that it is done. */
  public boolean isDoneBy(Exchange exchange) {
    return exchange.isAsExpected(expect);
  }

  private static JobRequest ofUrl(String text) {
    if (text.isEmpty()) {
      throw new UnusableRequestException("the body is empty; write a URL or JSON");
    }
    return new JobRequest(Request.get(WebAddress.parse(text)), Expect.SUCCESS);
  }

  private static JobRequest ofJson(String text) {
    if (!(JsonReader.read(text) instanceof JsonValue.Members(var members))) {
      throw new UnusableRequestException("the JSON is no object; write {\"url\": ...}");
    }
    for (var key : members.keySet()) {
      if (!KEYS.contains(key)) {
        throw new UnusableRequestException(
            "the JSON has "
                + Escaped.quoted(key)
                + ", which means nothing here; there are url, method, headers, body and expect");
      }
    }
    if (!members.containsKey("url")) {
      throw new UnusableRequestException("the JSON has no \"url\"");
    }
    var body = text(members, "body", "").getBytes(UTF_8);
    var request =
        new Request(
            text(members, "method", body.length == 0 ? "GET" : "POST"),
            WebAddress.parse(text(members, "url", "")),
            headers(members),
            body);
    return new JobRequest(request, expect(members));
  }

  private static String text(Map<String, JsonValue> members, String key, String otherwise) {
    return switch (members.getOrDefault(key, new JsonValue.Text(otherwise))) {
      case JsonValue.Text(var text) -> text;
      case JsonValue.Members _,
          JsonValue.Items _,
          JsonValue.Digits _,
          JsonValue.Truth _,
          JsonValue.Nothing _ ->
          throw new UnusableRequestException(
              "\"" + key + "\" is no text; write it in double quotes, JSON within it too");
    };
  }

  private static List<Header> headers(Map<String, JsonValue> members) {
    var value = members.getOrDefault("headers", new JsonValue.Members(Map.of()));
    if (!(value instanceof JsonValue.Members(var fields))) {
      throw new UnusableRequestException(
          "\"headers\" is no object; write {\"Accept\": \"text/html\"}");
    }
    var headers = new ArrayList<Header>();
    fields.forEach((name, field) -> {
      switch (field) {
        case JsonValue.Text(var text) -> headers.add(new Header(name, text));
        case JsonValue.Items(var many) ->
            many.forEach(one -> headers.add(new Header(name, textOf(name, one))));
        case JsonValue.Members _, JsonValue.Digits _, JsonValue.Truth _, JsonValue.Nothing _ ->
            throw noText(name);
      }
    });
    return headers;
  }

  private static String textOf(String name, JsonValue value) {
    if (value instanceof JsonValue.Text(var text)) {
      return text;
    }
    throw noText(name);
  }

  private static UnusableRequestException noText(String name) {
    return new UnusableRequestException(
        "header " + Escaped.quoted(name) + " is neither a text nor a list of texts");
  }

  private static Expect expect(Map<String, JsonValue> members) {
    var value = members.get("expect");
    return value == null ? Expect.SUCCESS : Expect.parse(statuses(value));
  }

  private static String statuses(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(var text) -> text;
      case JsonValue.Digits(var digits) -> digits;
      case JsonValue.Items(var many) ->
          String.join(",", many.stream().map(JobRequest::status).toList());
      case JsonValue.Members _, JsonValue.Truth _, JsonValue.Nothing _ -> "";
    };
  }

  private static String status(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(var text) -> text;
      case JsonValue.Digits(var digits) -> digits;
      case JsonValue.Items _, JsonValue.Members _, JsonValue.Truth _, JsonValue.Nothing _ -> "";
    };
  }
}
