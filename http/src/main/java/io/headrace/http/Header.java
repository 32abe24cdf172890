package io.headrace.http;

import java.util.List;

/**
 * One header field, of a request or of a response.
 *
 * @param name as it was written; upper and lower case make no difference
 * @param value without blanks around it; each char is one byte (ISO-8859-1)
 */
public record Header(String name, String value) {
  /** Whether it has this name. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** The values of all fields of this name, in their order. */
  public static List<String> values(List<Header> headers, String name) {
    return headers.stream().filter(header -> header.is(name)).map(Header::value).toList();
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
