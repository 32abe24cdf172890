package io.headrace.http;

import java.util.List;
import java.util.OptionalInt;

/**
 * What came of a response, be it whole or not; after interim ones (1xx) the final one.
 *
 * @param statusLine as it came, each char a byte; empty until it was there as a whole
 * @param status from 100 to 999, where the status line says one
 * @param headers those that came, in their order
 * @param trailers headers behind a body in chunks
 * @param interim responses before it, each 1xx
 * @param body its first bytes, up to {@link Sizes#bodyKeptMax}; the array itself, not a copy
 * @param bodyBytes how many came
 * @param first the first bytes of all that came, as they came, up to {@link Sizes#firstKeptMax}; of
 *     a server that should speak TLS and does not, what it says instead
 * @param bytes how many came of all, TLS taken off
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere; a copy of each would be waste.
public record Response(
    String statusLine,
    OptionalInt status,
    List<Header> headers,
    List<Header> trailers,
    int interim,
    byte[] body,
    long bodyBytes,
    byte[] first,
    long bytes) {

  /** The same, with other first bytes. */
  Response withFirst(byte[] other) {
    return new Response(
        statusLine, status, headers, trailers, interim, body, bodyBytes, other, bytes);
  }
}
