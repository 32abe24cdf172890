package io.headrace.http;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The first line of a response (RFC 9112 section 4).
 *
 * @param status from 100 to 999
 * @param isOld whether it says HTTP/1.0 or before
 */
record StatusLine(int status, boolean isOld) {
  private static final String HTTP = "HTTP/";

  /** How old radio streams begin. */
  private static final String ICY = "ICY ";

  private static final List<String> BEGINNINGS = List.of(HTTP, ICY);
  private static final Pattern VERSION = Pattern.compile("\\d\\.\\d");
  private static final Pattern NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){0,3}");
  private static final Pattern CODE = Pattern.compile("[1-9]\\d\\d");
  private static final int STATUS_MAX = 599;

  /** Whether a response may begin so, as far as it has come. */
  static boolean mayBegin(String start) {
    return BEGINNINGS.stream()
        .anyMatch(beginning ->
            beginning.regionMatches(
                true, 0, start, 0, Math.min(start.length(), beginning.length())));
  }

  /** Whether it does, beyond doubt. */
  static boolean begins(String start) {
    return BEGINNINGS.stream()
        .anyMatch(beginning -> start.regionMatches(true, 0, beginning, 0, beginning.length()));
  }

  static StatusLine parse(String line, Notes notes) throws MalformedResponseException {
    int protocolEnd = wordEnd(line, 0);
    int codeStart = wordStart(line, protocolEnd);
    int codeEnd = wordEnd(line, codeStart);
    var code = line.substring(codeStart, codeEnd);
    if (code.isEmpty()) {
      throw new MalformedResponseException("the status line has no status code");
    }
    if (!CODE.matcher(code).matches()) {
      throw new MalformedResponseException(
          "the status code is " + Escaped.quoted(code) + ", not 100 to 999");
    }
    boolean isOld = checkProtocol(line.substring(0, protocolEnd), notes);
    if (!line.substring(protocolEnd, codeStart).equals(" ")) {
      notes.add("more than one blank in the status line");
    }
    if (codeEnd == line.length()) {
      notes.add("no blank behind the status code");
    } else if (line.substring(codeEnd).chars().anyMatch(StatusLine::isControl)) {
      notes.add("a control character in the status line");
    }
    int status = Integer.parseInt(code);
    if (status > STATUS_MAX) {
      notes.add("the status is above " + STATUS_MAX);
    }
    return new StatusLine(status, isOld);
  }

  /** Returns whether it is HTTP/1.0 or before. */
  private static boolean checkProtocol(String protocol, Notes notes)
      throws MalformedResponseException {
    if (!protocol.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      notes.add("the status line begins with ICY");
      return true;
    }
    if (!protocol.startsWith(HTTP)) {
      notes.add("HTTP is not in capitals");
    }
    var version = protocol.substring(HTTP.length());
    if (!NUMBERS.matcher(version).matches()) {
      throw new MalformedResponseException("the version is " + Escaped.quoted(protocol));
    }
    if (!VERSION.matcher(version).matches() || version.charAt(0) != '1') {
      notes.add("the version is " + Escaped.quoted(protocol));
    }
    return version.startsWith("0") || version.equals("1.0");
  }

  private static int wordStart(String line, int from) {
    int at = from;
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int wordEnd(String line, int from) {
    int at = from;
    while (at < line.length() && !isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\t') || c == 0x7f;
  }
}
