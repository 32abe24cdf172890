package io.headrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What tests of real connections share. */
final class Asking {
  /** Far beyond any deadline of these tests: only what hangs takes as long. */
  static final Duration HANGS = Duration.ofSeconds(20);

  /** For what is to come to its end by itself, however busy the machine is. */
  static final Deadlines PATIENT = Deadlines.defaults();

  /** For what is to be given up. */
  static final Deadlines SHORT = PATIENT.with(Deadline.BETWEEN_BYTES, Duration.ofMillis(250));

  private Asking() {}

  static Exchange get(String url, Deadlines deadlines) throws InterruptedException {
    return ask(Request.get(WebAddress.parse(url)), deadlines);
  }

  static Exchange ask(Request request, Deadlines deadlines) throws InterruptedException {
    return ask(new HttpProbe(deadlines, Sizes.defaults(), Optional.empty()), request);
  }

  /** Asks, and sees to it that it does not hang. */
  static Exchange ask(HttpProbe probe, Request request) throws InterruptedException {
    long beganNs = System.nanoTime();
    var exchange = probe.run(request);
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(HANGS);
    return exchange;
  }

  static Request request(String method, String url, byte[] body) {
    return new Request(method, WebAddress.parse(url), List.of(), body);
  }

  /** Sockets, and what is waited for them with, that this process has open. */
  static long openDescriptors() {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(Asking::isOfConnection).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfConnection(Path descriptor) {
    try {
      var target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("socket:") || target.contains("event");
    } catch (IOException _) {
      // It was closed meanwhile.
      return false;
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long untilNs = System.nanoTime() + HANGS.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(untilNs);
      Thread.sleep(5);
    }
  }
}
