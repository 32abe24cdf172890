package io.headrace.server.beanstalk;

import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureNumbers;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.Finding;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Answers what is asked about captures. */
final class CaptureReads {
  private static final long NS_PER_S = 1_000_000_000;

  private final BeanstalkProtocol protocol;
  private final BeanstalkReads reads;
  private final ReplyText text;

  CaptureReads(BeanstalkProtocol protocol, BeanstalkReads reads, ReplyText text) {
    this.protocol = protocol;
    this.reads = reads;
    this.text = text;
  }

  void list(ReplyingSession asker) {
    text.begin();
    for (Captures.Kept kept : protocol.captures.all()) {
      Capture capture = kept.capture();
      Finding finding = capture.finding();
      Instant time =
          Instant.ofEpochSecond(capture.timeNs() / NS_PER_S, capture.timeNs() % NS_PER_S);
      text.item("id", capture.id())
          .indented("time", time.toString())
          .indented("cause", finding.cause().word())
          .raw("  ")
          .quoted("peer", capture.speaker().peer())
          .indented("connection", capture.speaker().connection())
          .indented("received", capture.bytesKept(/* received= */ true))
          .indented("sent", capture.bytesKept(/* received= */ false))
          .indented("stopped-at", finding.stoppedAt())
          .raw("  ")
          .quoted(
              "held",
              finding.jobs().stream()
                  .map(job -> Long.toString(job))
                  .collect(Collectors.joining(" ")))
          .raw("  ")
          .quoted("expected", finding.expected());
    }
    reads.send(asker);
  }

  void get(ReplyingSession asker, long id) {
    Optional<Captures.Kept> found = protocol.captures.find(id);
    if (found.isPresent()) {
      protocol.encoder.capture(asker.out(), id, found.get().written());
    } else {
      reads.notFound(asker);
    }
  }

  void take(ReplyingSession asker, long number) {
    var found = protocol.loop.open().find(number);
    if (found.isPresent() && found.get() instanceof BeanstalkSession speaker) {
      OptionalLong id = speaker.evidence.byHand();
      if (id.isPresent()) {
        protocol.encoder.captured(asker.out(), id.getAsLong());
      } else {
        protocol.encoder.word(asker.out(), Word.NOT_RECORDED);
      }
    } else {
      reads.notFound(asker);
    }
  }

  void delete(ReplyingSession asker, long id) {
    boolean deleted = protocol.captures.delete(id);
    protocol.encoder.word(asker.out(), deleted ? Word.DELETED : Word.NOT_FOUND);
  }

  /** Further entries of {@code stats}. */
  void stats() {
    CaptureNumbers numbers = protocol.captures.numbers();
    text.entry("headrace-recorder-bytes", numbers.recorderBytes())
        .entry("headrace-recorder-short", numbers.recorderShort())
        .entry("headrace-captures", numbers.kept())
        .entry("headrace-captures-skipped", numbers.skipped())
        .entry("headrace-captures-unwritten", numbers.unwritten());
  }
}
