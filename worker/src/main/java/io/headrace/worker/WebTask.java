package io.headrace.worker;

import io.headrace.http.Deadlines;
import io.headrace.http.Sizes;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A web request is made, the one that the body of the job is.
 *
 * @param trust who must have signed the certificates of servers; empty for those whom Java trusts
 * @param verdicts what the job becomes when it is not answered as expected
 */
public record WebTask(
    Deadlines deadlines, Sizes sizes, Optional<SSLContext> trust, VerdictRules verdicts)
    implements Task {
  @Override
  public String name() {
    return "http";
  }
}
