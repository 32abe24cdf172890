package io.headrace.http;

import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Asks web servers, each time on a connection of its own, and says what they made of it. Whatever a
 * server does becomes a {@link Verdict}, within its {@link Deadlines} and {@link Sizes}. It has no
 * state: any number of threads may use it.
 */
public final class HttpProbe {
  private final Deadlines deadlines;
  private final Sizes sizes;
  private final Optional<SSLContext> trust;
  private final Lookups lookups;

  /**
   * A probe.
   *
   * @param trust who must have signed the certificates of servers; empty for those whom Java trusts
   */
  public HttpProbe(Deadlines deadlines, Sizes sizes, Optional<SSLContext> trust) {
    this(deadlines, sizes, trust, Lookups.SYSTEM);
  }

  HttpProbe(Deadlines deadlines, Sizes sizes, Optional<SSLContext> trust, Lookups lookups) {
    this.deadlines = deadlines;
    this.sizes = sizes;
    this.trust = trust;
    this.lookups = lookups;
  }

  /**
   * Asks once.
   *
   * @throws InterruptedException when the thread was interrupted; the connection is closed
   */
  public Exchange run(Request request) throws InterruptedException {
    var tls = request.address().secure() ? Optional.of(trusted()) : Optional.<SSLContext>empty();
    return new Attempt(request, deadlines, sizes, tls, lookups).run();
  }

  /** Read before the clock starts: to read whom Java trusts takes its time, once a process. */
  private SSLContext trusted() {
    return trust.orElseGet(HttpProbe::whomJavaTrusts);
  }

  private static SSLContext whomJavaTrusts() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }
}
