package io.headrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes header fields of lines (RFC 9112 section 5). A line that is no field tells nothing of where
 * a response ends: it is left out, and noted.
 */
final class HeaderLines {
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

  private final List<Header> headers = new ArrayList<>();
  private boolean canGoOn;

  /** Takes a line without its end, which is not the blank one. */
  void add(String line, Notes notes) {
    if (isBlank(line.charAt(0))) {
      goOn(line, notes);
      return;
    }
    canGoOn = false;
    int colon = line.indexOf(':');
    if (colon < 0) {
      notes.add("a header line without a colon");
      return;
    }
    var name = trimmed(line.substring(0, colon));
    if (name.isEmpty()) {
      notes.add("a header without a name");
      return;
    }
    if (name.length() < colon) {
      notes.add("a blank before the colon of a header");
    }
    if (!NAME.matcher(name).matches()) {
      notes.add("a header's name has characters that it may not have");
    }
    headers.add(new Header(name, value(line.substring(colon + 1), notes)));
    canGoOn = true;
  }

  /** A line that begins with a blank goes on with the one before it (obs-fold, section 5.2). */
  private void goOn(String line, Notes notes) {
    if (!canGoOn) {
      notes.add("a header line that goes on with nothing");
      return;
    }
    notes.add("a header goes on in the next line");
    var last = headers.removeLast();
    var whole = last.value() + " " + value(line, notes);
    headers.add(new Header(last.name(), trimmed(whole)));
  }

  /** Section 2.2 and RFC 9110 section 5.5: CR and NUL are blanks, or the message is invalid. */
  private static String value(String text, Notes notes) {
    var controls = CONTROLS.matcher(text);
    if (!controls.find()) {
      return trimmed(text);
    }
    notes.add("a control character in a header");
    return trimmed(controls.replaceAll(" "));
  }

  List<Header> all() {
    return List.copyOf(headers);
  }

  int size() {
    return headers.size();
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
