package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A protocol that has words for peers who get no place. */
record Full(Protocol others) implements Protocol {
  static final String WORDS = "no place\r\n";

  @Override
  public Conversation open(Wire wire) {
    return others.open(wire);
  }

  @Override
  public byte[] noPlace() {
    return WORDS.getBytes(US_ASCII);
  }
}
