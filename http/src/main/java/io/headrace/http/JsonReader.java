package io.headrace.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/**
 * Reads JSON, strictly by RFC 8259: nothing before or behind the value, no name twice, no half of a
 * character. The text is in memory already; what is made of it is bounded by its length.
 */
final class JsonReader {
  /** Lists and objects within each other. */
  static final int DEPTH_MAX = 16;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9]\\d*+)(?:\\.\\d++)?+(?:[eE][+-]?\\d++)?+");
  private static final int HEX = 16;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads one value.
   *
   * @throws UnusableRequestException when it is none; the message says where
   */
  static JsonValue read(String text) {
    var reader = new JsonReader(text);
    var value = reader.value(0);
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.wrong("more behind its end");
    }
    return value;
  }

  private JsonValue value(int depth) {
    if (depth > DEPTH_MAX) {
      throw wrong("more than " + DEPTH_MAX + " lists and objects within each other");
    }
    skipBlanks();
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> items(depth);
      case '"' -> new JsonValue.Text(string());
      case 't' -> word("true", new JsonValue.Truth(true));
      case 'f' -> word("false", new JsonValue.Truth(false));
      case 'n' -> word("null", new JsonValue.Nothing());
      default -> number();
    };
  }

  private JsonValue members(int depth) {
    at++;
    var members = new LinkedHashMap<String, JsonValue>();
    if (takes('}')) {
      return new JsonValue.Members(members);
    }
    do {
      skipBlanks();
      if (peek() != '"') {
        throw wrong("no name in double quotes");
      }
      int nameAt = at;
      var name = string();
      if (members.containsKey(name)) {
        at = nameAt;
        throw wrong("the name " + Escaped.quoted(name) + " for the second time");
      }
      if (!takes(':')) {
        throw wrong("no ':' behind a name");
      }
      members.put(name, value(depth + 1));
    } while (takes(','));
    if (!takes('}')) {
      throw wrong("neither ',' nor '}'");
    }
    return new JsonValue.Members(members);
  }

  private JsonValue items(int depth) {
    at++;
    var items = new ArrayList<JsonValue>();
    if (takes(']')) {
      return new JsonValue.Items(items);
    }
    do {
      items.add(value(depth + 1));
    } while (takes(','));
    if (!takes(']')) {
      throw wrong("neither ',' nor ']'");
    }
    return new JsonValue.Items(items);
  }

  private String string() {
    at++;
    var string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at);
      if (c < ' ') {
        throw wrong("a control character in a text; write it as \\n or \\u00..");
      }
      at++;
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    checkPairs(string);
    return string.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length() || !isHex(text.substring(at, at + 4))) {
          throw wrong("no four hex digits behind \\u");
        }
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, HEX);
      }
      default -> {
        at--;
        throw wrong("a '\\' before what needs none; write it as \\\\");
      }
    };
  }

  private static boolean isHex(String digits) {
    return digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, HEX) >= 0);
  }

  /** Half of a surrogate pair is no character, and has no bytes. */
  private void checkPairs(StringBuilder string) {
    for (int i = 0; i < string.length(); i++) {
      if (Character.isSurrogate(string.charAt(i))) {
        boolean isPair =
            i + 1 < string.length()
                && Character.isSurrogatePair(string.charAt(i), string.charAt(i + 1));
        if (!isPair) {
          throw wrong("half of a surrogate pair in the text before");
        }
        i++;
      }
    }
  }

  private JsonValue number() {
    var number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw wrong("no value");
    }
    at = number.end();
    return new JsonValue.Digits(number.group());
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw wrong("no value");
    }
    at += word.length();
    return value;
  }

  /** Takes this mark, if it comes next. */
  private boolean takes(char mark) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == mark) {
      at++;
      return true;
    }
    return false;
  }

  private char peek() {
    if (at == text.length()) {
      throw wrong("the end, too early");
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private UnusableRequestException wrong(String what) {
    return new UnusableRequestException("the JSON has " + what + ", at character " + (at + 1));
  }
}
