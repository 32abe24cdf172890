package io.headrace.http;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * All that is known of one request after its end.
 *
 * @param peer whom it was connected to, if it came so far
 */
public record Exchange(
    Request request,
    Verdict verdict,
    Response response,
    Phases phases,
    Optional<InetSocketAddress> peer) {

  /** The word for a whole response whose status is the only thing wrong with it. */
  public static final String UNEXPECTED_STATUS = "unexpected-status";

  /** Whether a whole response came, with a status that was expected. */
  public boolean isAsExpected(Expect expect) {
    return verdict.isWhole()
        && response.status().isPresent()
        && expect.matches(response.status().getAsInt());
  }

  /** What it is counted by: the word of its verdict, or {@link #UNEXPECTED_STATUS}. */
  public String word(Expect expect) {
    return verdict.isWhole() && !isAsExpected(expect) ? UNEXPECTED_STATUS : verdict.word();
  }

  /** Address and port of {@link #peer}, an IPv6 address in brackets. */
  public Optional<String> server() {
    return peer.map(at -> {
      var host = at.getAddress().getHostAddress();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + at.getPort();
    });
  }
}
