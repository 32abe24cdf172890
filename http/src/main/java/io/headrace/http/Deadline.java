package io.headrace.http;

/** The limits in time of an exchange; {@link Deadlines} says how long each is. */
public enum Deadline {
  /** For looking up the host. */
  DNS("dns"),
  /** For a connection, all addresses of the host together. */
  CONNECT("connect"),
  /** For agreeing on keys. */
  TLS("tls"),
  /** From the end of the request, or of an interim response, to the next byte of a response. */
  FIRST_BYTE("first-byte"),
  /** From one byte to the next, of the request as of the response. */
  BETWEEN_BYTES("between-bytes"),
  /** For all of it. */
  TOTAL("total");

  private final String word;

  Deadline(String word) {
    this.word = word;
  }

  /** As it is written. */
  public String word() {
    return word;
  }
}
