package io.headrace.client;

/** Puts of many bodies with the same options: those of one length share their line. */
final class Puts {
  private final String start;
  private byte[] line = {};

  /** Of the bodies that the line is for. */
  private int bodyBytes = -1;

  Puts(JobOptions options) {
    start = Requests.putStart(options);
  }

  /** For one thread. */
  Request<PutResult> put(byte[] body) {
    if (body.length != bodyBytes) {
      bodyBytes = body.length;
      line = Request.encoded(start + bodyBytes);
    }
    return Requests.put(line, body);
  }
}
