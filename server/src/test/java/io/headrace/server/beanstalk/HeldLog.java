package io.headrace.server.beanstalk;

import io.headrace.journal.BodyRead;
import io.headrace.journal.CommandLog;
import io.headrace.journal.JournalException;
import io.headrace.journal.Room;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A log whose entries are safe when the test says so, as those of a slow disk; or at once, unless
 * they bring a body or wait behind one that does, and only to be told when it says so.
 */
final class HeldLog implements CommandLog {
  final List<Command> commands = new ArrayList<>();
  final List<Long> stampsNs = new ArrayList<>();
  Room room = Room.ALL;
  boolean failing;
  boolean holding;
  boolean safeAtOnce;
  boolean closed;

  /** Slices of work that nobody waits for, and how many of them were done. */
  int slices;

  int slicesDone;

  /** How long the last one might take. */
  long sliceNs;

  /** How many entries each flush made safe that made any so. */
  final List<Integer> batches = new ArrayList<>();

  /** Puts that were safe and not applied at some time when a snapshot could have begun. */
  long putsNotInSnapshot;

  private int flushed;
  private long told;
  private long safe;

  @Override
  public long append(long stampNs, Command command) {
    commands.add(command);
    stampsNs.add(stampNs);
    if (safeAtOnce && safe == commands.size() - 1 && !(command instanceof Command.WithBody)) {
      safe = commands.size();
    }
    return commands.size();
  }

  @Override
  public void flush() {
    if (failing) {
      throw new JournalException("the disk is broken");
    }
    if (!holding) {
      if (commands.size() > flushed) {
        batches.add(commands.size() - flushed);
        flushed = commands.size();
      }
      safe = commands.size();
      told = safe;
    }
  }

  @Override
  public long safeIndex() {
    return safe;
  }

  @Override
  public boolean mayTell() {
    return told == safe;
  }

  @Override
  public Room room() {
    return room;
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
  public void takeReads(Consumer<BodyRead> taker) {}

  @Override
  public boolean housekeep(QueueMachine machine, long budgetNs) {
    long puts = commands.stream().limit(safe).filter(Command.WithBody.class::isInstance).count();
    putsNotInSnapshot = Math.max(putsNotInSnapshot, puts - machine.lastJob());
    if (slicesDone == slices) {
      return false;
    }
    slicesDone++;
    sliceNs = budgetNs;
    return slicesDone < slices;
  }

  @Override
  public void close() {
    safe = commands.size();
    told = safe;
    closed = true;
  }
}
