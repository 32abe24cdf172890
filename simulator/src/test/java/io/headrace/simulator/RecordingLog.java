package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Room;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.nio.ByteBuffer;

/** Writes down what passes between the loop and its log. */
final class RecordingLog implements CommandLog {
  private final CommandLog log;
  private final BodyStore bodies;
  private final History history;

  RecordingLog(CommandLog log, BodyStore bodies, History history) {
    this.log = log;
    this.bodies = bodies;
    this.history = history;
  }

  @Override
  public long append(long stampNs, Command command) {
    long index = log.append(stampNs, command);
    byte[] body = command instanceof Command.Put put ? bytesOf(bodies, put.body()) : new byte[0];
    history.append(new Entry(index, stampNs, command, body));
    return index;
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
    return index;
  }

  @Override
  public Room room() {
    return log.room();
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
