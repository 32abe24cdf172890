package io.headrace.journal;

import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.util.List;
import java.util.function.Consumer;

/** A log that keeps nothing: entries are safe at once, and gone with the process. */
public final class VolatileLog implements CommandLog {
  private long lastIndex;

  @Override
  public long append(long stampNs, Command command) {
    return ++lastIndex;
  }

  @Override
  public void flush() {
    // There is no batch: each entry was safe when it was appended.
  }

  @Override
  public long safeIndex() {
    return lastIndex;
  }

  @Override
  public boolean mayTell() {
    return true;
  }

  @Override
  public Room room() {
    return Room.ALL;
  }

  @Override
  public boolean isCrowded() {
    return false;
  }

  @Override
  public void read(List<BodyRead> reads) {
    throw new AssertionError("nothing was written that could be read back");
  }

  @Override
  public void takeReads(Consumer<BodyRead> taker) {
    // Nothing was asked for.
  }

  @Override
  public boolean housekeep(QueueMachine machine, long budgetNs) {
    return false;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
