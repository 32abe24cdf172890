package io.headrace.server.beanstalk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one client sends, from a file below {@code scripts/}: a line a command line, sent with CRLF.
 * {@code \r \n \t \0 \\ \xHH} are bytes, <code>{c*100}</code> is a character 100 times; a backslash
 * at the end leaves the CRLF out; lines that begin with # are comments.
 *
 * @param bytes one character a byte
 */
record Script(String name, String bytes) {
  private static final Pattern REPEATED = Pattern.compile("\\{(.)\\*(\\d+)}");
  private static final Pattern ESCAPED = Pattern.compile("\\\\(x[0-9a-f]{2}|.)");
  private static final Pattern CHANGING =
      Pattern.compile(
          "(?m)^(time-left|age|pid|uptime|rusage-[us]time|pause-time-left|binlog-max-size|version"
              + "|hostname|os|platform): .*$");
  private static final Pattern INSTANCE = Pattern.compile("(?m)^id: [0-9a-f]{16}$");
  private static final Pattern LENGTH = Pattern.compile("(?m)^OK \\d+");
  private static final Pattern OWN = Pattern.compile("(?m)^headrace-[a-z0-9-]+: .*\n");

  static Script load(String name) {
    var bytes = new StringBuilder();
    resource(name + ".txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          boolean open = line.endsWith("\\");
          bytes.append(unescape(open ? line.substring(0, line.length() - 1) : line));
          bytes.append(open ? "" : "\r\n");
        });
    return new Script(name, bytes.toString());
  }

  /** What beanstalkd 1.12 replied, in the form that {@link #masked} gives. */
  String expectedReplies() {
    return resource(name + ".replies");
  }

  /** Makes replies comparable: what changes from run to run is a star, CR is shown. */
  static String masked(String replies) {
    String text = CHANGING.matcher(replies).replaceAll("$1: *");
    text = INSTANCE.matcher(text).replaceAll("id: *");
    text = LENGTH.matcher(text).replaceAll("OK *");
    text = OWN.matcher(text).replaceAll("");
    var shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r') {
        shown.append("\\r");
      } else if (c == '\\') {
        shown.append("\\\\");
      } else if (c == '\n' || (c >= 32 && c < 127)) {
        shown.append(c);
      } else {
        shown.append(String.format("\\x%02x", (int) c));
      }
    }
    return shown.toString();
  }

  private static String unescape(String line) {
    String whole =
        REPEATED
            .matcher(line)
            .replaceAll(
                m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
    return ESCAPED
        .matcher(whole)
        .replaceAll(m -> Matcher.quoteReplacement(Character.toString(unescaped(m.group(1)))));
  }

  private static char unescaped(String escape) {
    return switch (escape.charAt(0)) {
      case 'r' -> '\r';
      case 'n' -> '\n';
      case 't' -> '\t';
      case '0' -> '\0';
      case 'x' -> (char) Integer.parseInt(escape.substring(1), 16);
      default -> escape.charAt(0);
    };
  }

  private static String resource(String file) {
    try (InputStream in = Script.class.getResourceAsStream("/scripts/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException("no script " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
