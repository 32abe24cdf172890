package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.function.Consumer;

/** The puts of one connection, one at a time or many in flight. */
final class Puts {
  /**
   * Puts in flight at once: enough to fill a batch, and their answers, at most 32 bytes each, fit
   * into the kernel's buffers while more is being sent.
   */
  private static final int IN_FLIGHT_MAX = 512;

  /** Bytes collected before they are sent. */
  private static final int BURST_BYTES = 64 * 1024;

  private final Exchange exchange;

  Puts(Exchange exchange) {
    this.exchange = exchange;
  }

  /** See {@link HeadraceClient#put(byte[], JobOptions)}. */
  PutResult one(byte[] body, JobOptions options) {
    return result(exchange.ask("put " + arguments(body.length, options), body));
  }

  /** See {@link HeadraceClient#put(byte[], JobOptions, String)}. */
  PutResult keyed(byte[] body, JobOptions options, String key) {
    var line = "put-key " + key + ' ' + arguments(body.length, options);
    return result(exchange.ask(line, body));
  }

  /** See {@link HeadraceClient#putAll}. */
  void all(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    boolean whole = false;
    try {
      each(bodies, options, results);
      whole = true;
    } finally {
      if (!whole) {
        exchange.abandon();
      }
    }
  }

  private void each(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    var burst = ByteBuffer.allocate(BURST_BYTES);
    int inFlight = 0;
    boolean refused = false;
    while (!refused && bodies.hasNext()) {
      var body = bodies.next();
      append(burst, ("put " + arguments(body.length, options) + "\r\n").getBytes(ISO_8859_1));
      append(burst, body);
      append(burst, Exchange.CRLF);
      inFlight++;
      if (inFlight == IN_FLIGHT_MAX) {
        send(burst);
        for (; inFlight > IN_FLIGHT_MAX / 2; inFlight--) {
          refused |= took(results);
        }
      }
    }
    send(burst);
    for (; inFlight > 0; inFlight--) {
      took(results);
    }
  }

  private boolean took(Consumer<PutResult> results) {
    var result = result(exchange.reply());
    results.accept(result);
    return result instanceof PutResult.Refused;
  }

  private void append(ByteBuffer burst, byte[] bytes) {
    if (bytes.length > burst.remaining()) {
      send(burst);
    }
    if (bytes.length > burst.remaining()) {
      exchange.send(ByteBuffer.wrap(bytes));
    } else {
      burst.put(bytes);
    }
  }

  private void send(ByteBuffer burst) {
    exchange.send(burst.flip());
    burst.clear();
  }

  private static String arguments(int bytes, JobOptions options) {
    long delay = JobOptions.seconds(options.delay());
    long ttr = JobOptions.seconds(options.ttr());
    return Long.toString(options.priority()) + ' ' + delay + ' ' + ttr + ' ' + bytes;
  }

  private PutResult result(String reply) {
    return switch (reply) {
      case "JOB_TOO_BIG" -> new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG);
      case "DRAINING" -> new PutResult.Refused(PutResult.Reason.DRAINING);
      case "OUT_OF_MEMORY" -> new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
      default -> {
        if (reply.startsWith("BURIED ")) {
          // beanstalkd's word for a job that it could not keep in order for lack of memory.
          yield new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
        }
        if (reply.startsWith("KNOWN ")) {
          yield new PutResult.Known(exchange.number("put-key", reply, "KNOWN "));
        }
        yield new PutResult.Inserted(exchange.number("put", reply, "INSERTED "));
      }
    };
  }
}
