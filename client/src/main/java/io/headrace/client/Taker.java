package io.headrace.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Reserves that tell what is to be known of the job, and end the one before it. */
final class Taker {
  private final Exchange exchange;

  /** Whether the server knows {@code show-held}, when it has been asked. */
  private Optional<Boolean> shows = Optional.empty();

  Taker(Exchange exchange) {
    this.exchange = exchange;
  }

  Taken take(OptionalLong done, Duration timeout, Consumer<Boolean> deleted) {
    long seconds = Requests.reserveSeconds(timeout);
    var delete =
        done.isPresent()
            ? Optional.of(Requests.delete(done.getAsLong()))
            : Optional.<Request<Boolean>>empty();
    var reserve = Requests.reserve(seconds);
    var show = Optional.of(Requests.showHeld()).filter(_ -> showsHeld());
    boolean answered = false;
    try {
      send(delete, Optional.of(reserve), show);
      delete.ifPresent(request -> deleted.accept(exchange.await(request)));
      var result = exchange.await(reserve, Duration.ofSeconds(seconds));
      var facts = show.flatMap(exchange::await).orElse(Map.of());
      answered = true;
      return new Taken(result, of(result, facts));
    } finally {
      if (!answered) {
        // What comes now would be taken for an answer to something else.
        exchange.close();
      }
    }
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private void send(Optional<? extends Request<?>>... requests) {
    int bytes = 0;
    for (var request : requests) {
      bytes += request.isPresent() ? (int) request.get().bytes() : 0;
    }
    var all = ByteBuffer.allocate(bytes);
    for (var request : requests) {
      request.ifPresent(it -> it.copy(0, all));
    }
    exchange.send(all.flip());
  }

  /** Those of the job that was given: another server, or one that holds more, says them later. */
  private Map<String, String> of(ReserveResult result, Map<String, String> facts) {
    return switch (result) {
      case ReserveResult.Reserved(var job) ->
          Long.toString(job.id()).equals(facts.get("id"))
              ? facts
              : exchange.ask(Requests.statsJob(job.id())).orElse(Map.of());
      case ReserveResult.TimedOut _, ReserveResult.DeadlineSoon _ -> Map.of();
    };
  }

  private boolean showsHeld() {
    if (shows.isEmpty()) {
      shows = Optional.of(isKnown());
    }
    return shows.get();
  }

  private boolean isKnown() {
    try {
      exchange.ask(Requests.showHeld());
      return true;
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return false;
    }
  }
}
