package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/** All that a decoder tells of a response, as one text to compare. */
record Told(String verdict, String body, String rest) {

  static Told of(Verdict verdict, Response response) {
    return new Told(
        verdict.text(),
        new String(response.body(), ISO_8859_1),
        response.statusLine()
            + response.status()
            + response.headers()
            + response.trailers()
            + response.interim()
            + "/"
            + response.bodyBytes()
            + "/"
            + response.bytes()
            + new String(response.first(), ISO_8859_1));
  }

  /** What becomes of these bytes, cut before each of those places, which are in order. */
  static Told of(Answer answer, int... cuts) {
    var decoder = new ResponseDecoder(answer.toHead(), Sizes.defaults());
    var bytes = answer.bytes();
    int from = 0;
    for (int cut : cuts) {
      decoder.take(ByteBuffer.wrap(bytes, from, cut - from));
      from = cut;
    }
    decoder.take(ByteBuffer.wrap(bytes, from, bytes.length - from));
    return of(decoder.ifClosed(answer.properly()), decoder.response());
  }
}
