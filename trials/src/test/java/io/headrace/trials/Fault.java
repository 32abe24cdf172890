package io.headrace.trials;

import java.time.Duration;
import java.util.function.IntSupplier;

/** What a {@link FaultyRelay} does to one request, and to the connection that it came on. */
sealed interface Fault {

  /** Nothing listens. */
  record Refused() implements Fault {}

  /** The request is not passed on, and nothing more is read: a large one blocks who writes it. */
  record StallBeforeRequest() implements Fault {}

  /** Of the request only so many bytes are passed on, and nothing more is read. */
  record StallInRequest(int bytes) implements Fault {}

  /** The request is served; its reply, and all after it, is swallowed. */
  record StallAfterRequest() implements Fault {}

  /** Of the reply only so many bytes are passed on, and never the last one. */
  record StallInReply(int bytes) implements Fault {}

  /** The request is served; the connection is reset in place of the reply. */
  record Reset() implements Fault {}

  /** The request is served; the connection is closed in place of the reply. */
  record Fin() implements Fault {}

  /** The request is served; its reply comes byte by byte. */
  record Drip(Duration each) implements Fault {}

  /**
   * The request is served; in place of the reply the server dies and comes back.
   *
   * @param restart does it, and returns the port of the server from then on
   */
  record Restart(IntSupplier restart) implements Fault {}

  /** The request is served; these bytes come in place of the reply, one a character. */
  record Garbage(String bytes) implements Fault {}

  /** The request is served and answered, and behind the reply come these bytes. */
  record Surplus(String bytes) implements Fault {}
}
