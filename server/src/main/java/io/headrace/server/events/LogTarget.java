package io.headrace.server.events;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of this process: a line an event. On a thread of its own, since a log may block. */
final class LogTarget implements Target {
  private static final Logger LOG = LoggerFactory.getLogger(LogTarget.class);

  @Override
  public String name() {
    return "the log";
  }

  @Override
  public Outcome tell(Telling telling, long dropped) {
    LOG.atLevel(telling.event().kind().level()).log(line(telling));
    return new Outcome.Told();
  }

  static String line(Telling telling) {
    Event event = telling.event();
    var line = new StringBuilder(event.kind().word());
    if (!event.tube().isEmpty()) {
      line.append(" tube ").append(event.tube());
    }
    if (event.job() != 0) {
      line.append(" job ").append(event.job());
    }
    line.append(": ").append(event.message());
    if (telling.repeated() > 1) {
      line.append(" (the last of ").append(telling.repeated()).append(" alike)");
    }
    return line.toString().replaceAll("\\p{Cntrl}", " ");
  }

  @Override
  public void close() {
    // It is there as long as the process.
  }
}
