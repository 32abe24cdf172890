package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * What a server says, and what is to be made of it.
 *
 * @param name what is special about it
 * @param toHead whether it answers a HEAD
 * @param properly whether it is certain at its end that the server has closed
 * @param verdict {@link Verdict#text}
 * @param body of the response
 */
record Answer(
    String name, boolean toHead, boolean properly, String said, String verdict, String body) {

  byte[] bytes() {
    return said.getBytes(ISO_8859_1);
  }

  @Override
  public String toString() {
    return name;
  }
}
