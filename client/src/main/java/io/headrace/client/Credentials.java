package io.headrace.client;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Whom a client trusts, and what it shows.
 *
 * @param tls for addresses with TLS; without it that of the JDK
 * @param token what it says to a server that asks for a token
 */
public record Credentials(Optional<SSLContext> tls, Optional<String> token) {
  /** What the JDK has, and no token. */
  public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

  /** Not the token: it would end up in a log. */
  @Override
  public String toString() {
    return "Credentials[tls=" + tls.isPresent() + ", token=" + token.isPresent() + "]";
  }
}
