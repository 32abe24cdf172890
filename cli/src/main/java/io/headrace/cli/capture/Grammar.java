package io.headrace.cli.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.Map;

/** What may stay of a line when its content is masked: the word it begins with, and numbers. */
final class Grammar {
  /** Longest line that is understood, in bytes without CRLF, as in the protocol. */
  private static final int LINE_BYTES_MAX = 222;

  /** A number. */
  private static final char NUMBER = 'n';

  /** The length of a body that follows the line, last. */
  private static final char BODY = 'b';

  /** A number that may be there, last. */
  private static final char OPTIONAL = 'o';

  /** Anything up to the end, last. */
  private static final char REST = '*';

  /** The word of each form, with a letter for each argument; {@code t} is a text to be masked. */
  private final Map<String, String> forms;

  static final Grammar REQUESTS =
      new Grammar(
          "put nnnb,put-key tnnnb,died nb,docket nb,peek n,peek-ready,peek-delayed,peek-buried,"
              + "peek-docket n,reserve,reserve-with-timeout n,reserve-job n,delete n,release nnn,"
              + "bury nn,touch n,use t,watch t,ignore t,kick n,kick-job n,stats,stats-job n,"
              + "stats-tube t,list-tubes,list-tube-used,list-tubes-watched,pause-tube tn,quit,"
              + "clear-tube t,list-jobs ttn,list-dead nn,list-ended n,list-connections,"
              + "close-connection n,show-tube t,show-job n,show-held,set-tube t*,retry-job n,"
              + "drop-job n,undrop-job n,drain,undrain,list-captures,get-capture n,"
              + "capture-connection n,delete-capture n,list-extensions");

  static final Grammar REPLIES =
      new Grammar(
          "INSERTED n,KNOWN n,RESERVED nb,FOUND nb,OK b,USING t,WATCHING n,KICKED o,CLEARED n,"
              + "CAPTURED n,BURIED o,DELETED,RELEASED,TOUCHED,PAUSED,NOT_FOUND,NOT_IGNORED,"
              + "DEADLINE_SOON,TIMED_OUT,BAD_FORMAT,UNKNOWN_COMMAND,EXPECTED_CRLF,JOB_TOO_BIG,"
              + "DRAINING,OUT_OF_MEMORY,INTERNAL_ERROR,CLOSED,NOT_RECORDED,DRAIN_ON,DRAIN_OFF,SET,"
              + "DIED,KEPT,RETRIED,DROPPED,UNDROPPED,BAD_POLICY *");

  private Grammar(String table) {
    forms = new HashMap<>();
    for (var entry : table.split(",", -1)) {
      int space = entry.indexOf(' ');
      forms.put(
          space < 0 ? entry : entry.substring(0, space),
          space < 0 ? "" : entry.substring(space + 1));
    }
  }

  /**
   * A line that was masked.
   *
   * @param understood whether it is of a form that is known
   * @param bodyBytes the length of the body that follows, or -1
   */
  record Line(boolean understood, long bodyBytes) {}

  /** Masks the line between these places. */
  Line mask(byte[] bytes, int from, int to) {
    int wordEnd = tokenEnd(bytes, from, to);
    var form = forms.get(new String(bytes, from, wordEnd - from, ISO_8859_1));
    if (form == null || to - from > LINE_BYTES_MAX) {
      maskTexts(bytes, from, to);
      return new Line(false, -1);
    }
    return arguments(bytes, wordEnd, to, form);
  }

  private static Line arguments(byte[] bytes, int from, int to, String form) {
    int argument = 0;
    long body = -1;
    for (int at = from; at < to; argument++) {
      at = textStart(bytes, at, to);
      int end = tokenEnd(bytes, at, to);
      char kind = argument < form.length() ? form.charAt(argument) : 'x';
      boolean number = kind == NUMBER || kind == BODY || kind == OPTIONAL;
      if (kind == REST) {
        maskTexts(bytes, at, to);
        return new Line(true, -1);
      }
      boolean negativeLength = kind == BODY && at < end && bytes[at] == '-';
      if (kind == 'x' || at == end || negativeLength || (number && !isNumber(bytes, at, end))) {
        maskTexts(bytes, from, to);
        return new Line(false, -1);
      }
      if (kind == BODY) {
        body = Long.parseLong(new String(bytes, at, end - at, ISO_8859_1));
      } else if (!number) {
        maskTexts(bytes, at, end);
      }
      at = end;
    }
    boolean whole = argument >= form.length() || form.charAt(argument) == OPTIONAL;
    return new Line(whole, whole ? body : -1);
  }

  private static int tokenEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != ' ') {
      at++;
    }
    return at;
  }

  private static int textStart(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] == ' ') {
      at++;
    }
    return at;
  }

  /** Digits, at most as many as a length can have; the time-out of a reserve may be negative. */
  private static boolean isNumber(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1).matches("-?\\d{1,18}");
  }

  private static void maskTexts(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] != ' ') {
        bytes[at] = 'x';
      }
    }
  }
}
