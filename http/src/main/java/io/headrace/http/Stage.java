package io.headrace.http;

/** How far a connection has come: what was being done, or waited for. */
public enum Stage {
  /** Looking up the host. */
  DNS("dns"),
  /** Connecting to one of its addresses. */
  CONNECT("connect"),
  /** Agreeing on keys. */
  TLS("tls"),
  /** Sending the request. */
  REQUEST("request"),
  /** Waiting for the first byte of the response, or of the next after an interim one. */
  FIRST_BYTE("first-byte"),
  /** In its first line. */
  STATUS_LINE("status-line"),
  /** In its headers, up to the blank line. */
  HEADERS("headers"),
  /** In its body. */
  BODY("body"),
  /** Behind the last chunk, up to the blank line. */
  TRAILERS("trailers");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /** As it is written. */
  public String word() {
    return word;
  }
}
