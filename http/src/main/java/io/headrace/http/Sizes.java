package io.headrace.http;

/**
 * How much of a response is read, and how much of it is kept.
 *
 * @param headBytesMax of status line and headers of one response, and of all trailers; 64 KiB
 *     unless set. Beyond it the verdict is {@link Verdict.TooLarge}
 * @param headersMax header fields and trailers of one response; 1,000 unless set. Likewise
 * @param bodyBytesMax of a body; 64 MiB unless set. Likewise
 * @param bodyKeptMax bytes of a body that are kept; the rest is read and counted. 1 MiB unless set
 * @param firstKeptMax first bytes of all that came that are kept as they came; 1 KiB unless set
 */
public record Sizes(
    int headBytesMax, int headersMax, long bodyBytesMax, int bodyKeptMax, int firstKeptMax) {
  /** Interim responses (1xx) before the final one; beyond it the response is malformed. */
  public static final int INTERIM_MAX = 16;

  /** Bytes of the line that says how long a chunk is, with its extensions. Likewise too large. */
  public static final int CHUNK_LINE_BYTES_MAX = 4096;

  /**
   * Checks them.
   *
   * @throws UnusableRequestException when one is negative
   */
  public Sizes {
    if (Math.min(Math.min(headBytesMax, headersMax), Math.min(bodyKeptMax, firstKeptMax)) < 0
        || bodyBytesMax < 0) {
      throw new UnusableRequestException("a size is 0 or above");
    }
  }

  /** Those that hold unless set. */
  public static Sizes defaults() {
    return new Sizes(64 << 10, 1000, 64L << 20, 1 << 20, 1 << 10);
  }

  /** The same but for {@link #bodyBytesMax}. */
  public Sizes withBodyBytesMax(long bytes) {
    return new Sizes(headBytesMax, headersMax, bytes, bodyKeptMax, firstKeptMax);
  }

  /** The same but for {@link #bodyKeptMax}. */
  public Sizes withBodyKeptMax(int bytes) {
    return new Sizes(headBytesMax, headersMax, bodyBytesMax, bytes, firstKeptMax);
  }
}
