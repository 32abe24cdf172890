package io.headrace.server;

import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.SessionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What holders had sent last whose time to run was over: heard while entries are applied, told to
 * the log between them. Part of the loop, on its thread.
 *
 * <p>Costs nothing but where jobs time out, and there one entry of the log for each {@link
 * Limits#LAST_SENT_JOBS_MAX} jobs, or fewer, that one holder loses at once.
 */
final class TimeOuts {
  /**
   * Jobs of which the log is still to be told; beyond, those that timed out first are left without
   * the text. As many as have a past that is kept, and there too the oldest goes.
   */
  static final int JOBS_MAX = Limits.HISTORIES_MAX;

  /** Jobs of which it is told at once, a hundred more at most: as many as an entry changes. */
  static final int JOBS_A_ROUND = Limits.CHANGES_MAX;

  private final Consumer<Command> log;
  private final BooleanSupplier hasRoom;
  private final Runnable wake;
  private final ArrayDeque<Command.LastSent> heard = new ArrayDeque<>();

  /** What those had sent last whose connection is gone, until the queue hears that it is. */
  private final Map<SessionId, String> leaving = new HashMap<>();

  /** Jobs that one holder has lost in a row since. */
  private final List<Long> jobs = new ArrayList<>();

  private SessionId holder = new SessionId(0, 0);
  private String text = "";

  /** All jobs that wait here. */
  private int count;

  /**
   * Has heard of none yet.
   *
   * @param log takes what is told
   * @param hasRoom whether the log takes what can be done without; else that waits
   * @param wake sees to it that {@link #tell} is called soon, and until it tells nothing
   */
  TimeOuts(Consumer<Command> log, BooleanSupplier hasRoom, Runnable wake) {
    this.log = log;
    this.hasRoom = hasRoom;
    this.wake = wake;
  }

  /** A connection is gone that had sent this last; until that is applied it may lose jobs. */
  void leaves(SessionId by, String said) {
    if (!said.isEmpty()) {
      leaving.put(by, said);
    }
  }

  /** An entry is applied. */
  void applied(Command command) {
    if (!leaving.isEmpty() && command instanceof Command.SessionClose close) {
      leaving.remove(close.by());
    }
  }

  /**
   * A session has lost a job.
   *
   * @param last what it sent last; "" where that is not known, or its connection is gone
   */
  void add(SessionId by, String last, long job) {
    String said = last.isEmpty() ? leaving.getOrDefault(by, "") : last;
    if (said.isEmpty()) {
      return;
    }
    if (count == 0) {
      wake.run();
    }
    boolean asBefore = by.equals(holder) && said.equals(text);
    if (!asBefore || jobs.size() == Limits.LAST_SENT_JOBS_MAX) {
      endRow();
      holder = by;
      text = said;
    }
    jobs.add(job);
    count++;
    if (count > JOBS_MAX) {
      count -= heard.remove().jobs().size();
    }
  }

  private void endRow() {
    if (!jobs.isEmpty()) {
      heard.add(new Command.LastSent(holder, jobs, text));
      jobs.clear();
    }
  }

  /** Tells the log of some of those jobs; what is heard meanwhile waits with the others. */
  void tell() {
    endRow();
    if (!hasRoom.getAsBoolean()) {
      return;
    }
    for (int told = 0; told < JOBS_A_ROUND && !heard.isEmpty(); ) {
      Command.LastSent next = heard.remove();
      told += next.jobs().size();
      count -= next.jobs().size();
      log.accept(next);
    }
  }
}
