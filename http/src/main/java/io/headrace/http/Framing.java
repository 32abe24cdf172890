package io.headrace.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a response says where its body ends (RFC 9112 section 6.3). */
sealed interface Framing {
  /** There is no body, whatever the headers say. */
  record Nothing() implements Framing {}

  /** It has so many bytes. */
  record Length(long bytes) implements Framing {}

  /** It comes in chunks, the last of them empty. */
  record Chunked() implements Framing {}

  /** It ends when the connection does. */
  record UntilClose() implements Framing {}

  Pattern DIGITS = Pattern.compile("\\d+");

  /** Beyond it a length is no number that a body can have. */
  int LENGTH_DIGITS_MAX = 18;

  int NO_CONTENT = 204;
  int NOT_MODIFIED = 304;
  int FIRST_FINAL = 200;

  /** Reads it from a head, in the order that section 6.3 gives. */
  static Framing of(StatusLine line, boolean toHead, List<Header> headers, Notes notes)
      throws MalformedResponseException {
    var lengths = Header.values(headers, "Content-Length");
    var codings = codings(headers);
    if (toHead || line.status() < FIRST_FINAL || hasNoBody(line.status())) {
      boolean mayTell = toHead || line.status() == NOT_MODIFIED;
      if (!mayTell && !(codings.isEmpty() && lengths.isEmpty())) {
        notes.add("status " + line.status() + " has no body, but headers that speak of one");
      }
      return new Nothing();
    }
    if (codings.isEmpty()) {
      return lengths.isEmpty() ? new UntilClose() : new Length(length(lengths, notes));
    }
    if (line.isOld()) {
      notes.add("Transfer-Encoding in a response of HTTP/1.0");
    }
    if (codings.equals(List.of("identity"))) {
      notes.add("Transfer-Encoding: identity");
      return lengths.isEmpty() ? new UntilClose() : new Length(length(lengths, notes));
    }
    if (!lengths.isEmpty()) {
      // It may be an attempt to make two responses of one. Here none follows on the connection.
      notes.add("both Content-Length and Transfer-Encoding: the latter counts");
    }
    return coded(codings, notes);
  }

  private static Framing coded(List<String> codings, Notes notes)
      throws MalformedResponseException {
    int chunked = codings.indexOf("chunked");
    if (chunked != codings.lastIndexOf("chunked")) {
      throw new MalformedResponseException("Transfer-Encoding says chunked more than once");
    }
    if (codings.stream().anyMatch(coding -> coding.matches("chunked[ \t;].*"))) {
      throw new MalformedResponseException("Transfer-Encoding says more of chunked than there is");
    }
    if (codings.size() > 1 || chunked < 0) {
      notes.add("Transfer-Encoding: " + Escaped.quoted(String.join(", ", codings)));
    }
    return chunked == codings.size() - 1 ? new Chunked() : new UntilClose();
  }

  private static boolean hasNoBody(int status) {
    return status == NO_CONTENT || status == NOT_MODIFIED;
  }

  private static List<String> codings(List<Header> headers) {
    return Header.values(headers, "Transfer-Encoding").stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
        .filter(coding -> !coding.isEmpty())
        .toList();
  }

  private static long length(List<String> values, Notes notes) throws MalformedResponseException {
    var lengths = values.stream().flatMap(value -> Stream.of(value.split(",", -1))).toList();
    long first = -1;
    for (var text : lengths) {
      long length = length(text.strip());
      if (first >= 0 && length != first) {
        throw new MalformedResponseException(
            "Content-Length says both " + first + " and " + length);
      }
      first = length;
    }
    if (lengths.size() > 1) {
      notes.add("Content-Length more than once");
    }
    return first;
  }

  private static long length(String text) throws MalformedResponseException {
    if (!DIGITS.matcher(text).matches()) {
      throw new MalformedResponseException("Content-Length is " + Escaped.quoted(text));
    }
    var digits = text.replaceFirst("^0+(?=.)", "");
    if (digits.length() > LENGTH_DIGITS_MAX) {
      throw new MalformedResponseException("Content-Length is " + Escaped.quoted(text));
    }
    return Long.parseLong(digits);
  }
}
