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

  /** Whether a whole response came, with a status that was expected. */
  public boolean isAsExpected(Expect expect) {
    return verdict.isWhole()
        && response.status().isPresent()
        && expect.matches(response.status().getAsInt());
  }
}
