package io.headrace.worker;

import io.headrace.http.Escaped;
import java.util.Arrays;
import java.util.Optional;

/**
 * Nothing is done for a job whose body is no web request, now or ever: it is set aside.
 *
 * @param why it is none, and the fix
 */
record NoRun(Held held, String why) implements Run {
  /** So much of the body is shown, in bytes. */
  private static final int SHOWN_BYTES_MAX = 1024;

  @Override
  public int pid() {
    return 0;
  }

  @Override
  public Event await(Optional<Link> watched, long untilNs) {
    return Event.ENDED;
  }

  @Override
  public Optional<StoppedFor> overdue(long nowNs) {
    return Optional.empty();
  }

  @Override
  public long stop(StoppedFor reason, long nowNs) {
    return nowNs;
  }

  @Override
  public void kill() {}

  @Override
  public Finding end(Optional<StoppedFor> stopped) {
    var how = "no request: " + why;
    var body = held.body();
    int shown = Math.min(body.length, SHOWN_BYTES_MAX);
    var text =
        "--- body: the first %d of %d bytes%n%s"
            .formatted(shown, body.length, Escaped.of(Arrays.copyOf(body, shown)));
    return new Finding(
        new Ending.Bury(), how, Optional.of(new WebDocket(held, text, how)), Finding.NO_MEMORY);
  }
}
