package io.headrace.journal;

import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import java.util.List;
import java.util.function.Consumer;

/**
 * The one log from which all state comes. Owned by the loop: every method is called on the loop's
 * thread. {@code append → safe → apply → told}: no entry is applied before it is safe, and nobody
 * is told what became of it before it is where the durability wants it.
 */
public interface CommandLog extends AutoCloseable {
  /**
   * Adds an entry to the open batch. Cannot fail: admission has asked {@link #room} before.
   *
   * @param stampNs the time the log gives the entry; never less than that of the entry before
   * @return the entry's index, one more than that of the entry before; the first is 1
   */
  long append(long stampNs, Command command);

  /**
   * Closes the open batch and writes it, unless a write or force is under way; then it is done when
   * that has ended. Called at the end of a loop's turn and whenever the log woke the loop.
   *
   * @throws JournalException when the disk failed: nothing may be acknowledged any more
   */
  void flush();

  /** The highest index that may be applied. */
  long safeIndex();

  /**
   * Whether somebody may be told what became of the entries that are safe: they are written, and
   * those are forced whose replies wait for that. {@link #flush} sees to it where it can at once,
   * else the log wakes the loop.
   */
  boolean mayTell();

  /** What may be appended now. Changes only inside {@link #flush} and {@link #housekeep}. */
  Room room();

  /**
   * Whether so much waits to be written that sessions should wait too. What must not wait may still
   * be appended. The log wakes the loop when that is over.
   */
  boolean isCrowded();

  /** Has bodies that are only in files read back; the loop is woken when they are there. */
  void read(List<BodyRead> reads);

  /** Gives what was read since to {@code taker}, in any order. */
  void takeReads(Consumer<BodyRead> taker);

  /**
   * Does a slice of at most about {@code budgetNs} of the work that nobody waits for: a snapshot's
   * next rows, removal of old segments. Called between batches with the machine as applied.
   *
   * @return true when there is more to do at once
   */
  boolean housekeep(QueueMachine machine, long budgetNs);

  /** Forces everything, marks it as forced, and gives the directory free. */
  @Override
  void close();
}
