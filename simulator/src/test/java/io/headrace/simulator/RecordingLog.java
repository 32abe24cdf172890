package io.headrace.simulator;

import io.headrace.journal.BodyRead;
import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Room;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Writes down what passes between the loop and its log. */
final class RecordingLog implements CommandLog {
  /** What a turn of the loop may take by the simulated clock, at most. */
  private static final long TURN_NS = 5_000_000;

  private final CommandLog log;
  private final BodyStore bodies;
  private final History history;
  private final SimClock clock;

  /** What the stamps are ahead of the monotonic clock. */
  private OptionalLong aheadNs = OptionalLong.empty();

  RecordingLog(CommandLog log, BodyStore bodies, History history, SimClock clock) {
    this.log = log;
    this.bodies = bodies;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public long append(long stampNs, Command command) {
    checkTime(stampNs);
    long index = log.append(stampNs, command);
    byte[] body =
        command instanceof Command.WithBody bringing
            ? bytesOf(bodies, bringing.body())
            : new byte[0];
    history.append(new Entry(index, stampNs, command, body));
    return index;
  }

  /** Stamps go on as the monotonic clock does, whatever the wall clock says (G6). */
  private void checkTime(long stampNs) {
    long ahead = stampNs - clock.now();
    if (aheadNs.isEmpty()) {
      aheadNs = OptionalLong.of(ahead);
    }
    long offNs = Math.abs(ahead - aheadNs.getAsLong());
    Violation.unless(offNs < TURN_NS, "G6: a stamp is off by %d ns", offNs);
  }

  static byte[] bytesOf(BodyStore bodies, Body body) {
    ByteBuffer bytes = ByteBuffer.allocate(body.bytes());
    bodies.read(body.ref(), 0, body.bytes(), bytes);
    return bytes.array();
  }

  @Override
  public void flush() {
    log.flush();
  }

  @Override
  public long safeIndex() {
    long index = log.safeIndex();
    history.safe(index);
    if (log.mayTell()) {
      history.mayBeTold();
    }
    return index;
  }

  @Override
  public boolean mayTell() {
    return log.mayTell();
  }

  @Override
  public Room room() {
    return log.room();
  }

  @Override
  public boolean isCrowded() {
    return log.isCrowded();
  }

  @Override
  public void read(List<BodyRead> reads) {
    log.read(reads);
  }

  @Override
  public void takeReads(Consumer<BodyRead> taker) {
    log.takeReads(taker);
  }

  @Override
  public boolean housekeep(QueueMachine machine, long budgetNs) {
    return log.housekeep(machine, budgetNs);
  }

  @Override
  public void close() {
    log.close();
  }
}
