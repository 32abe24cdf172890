package io.headrace.simulator;

import io.headrace.server.LoopThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event loop's thread, turn by turn. */
final class SimLoopThread implements LoopThread {
  private record Alarm(long atNs, Runnable wake) {}

  private final SimClock clock;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Runnable> atEnd = new ArrayList<>();
  private Optional<Alarm> alarm = Optional.empty();

  SimLoopThread(SimClock clock) {
    this.clock = clock;
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public void atEndOfTurn(Runnable step) {
    atEnd.add(step);
  }

  @Override
  public void wakeAt(long nanoTime, Runnable wake) {
    alarm = Optional.of(new Alarm(nanoTime, wake));
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void executeAfterReads(Runnable task) {
    tasks.add(task);
  }

  /** Whether a turn would do something without new input. */
  boolean isDue() {
    return !tasks.isEmpty() || !atEnd.isEmpty() || alarmNs() <= clock.now();
  }

  /** When the alarm rings; Long.MAX_VALUE for never. */
  long alarmNs() {
    return alarm.map(Alarm::atNs).orElse(Long.MAX_VALUE);
  }

  /** One turn: what came in, then tasks, then the alarm, then what asked for the turn's end. */
  void turn(Runnable reads) {
    reads.run();
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
    if (alarmNs() <= clock.now()) {
      Runnable wake = alarm.orElseThrow().wake();
      alarm = Optional.empty();
      wake.run();
    }
    // What they ask for belongs to the next turn, after its reads.
    List<Runnable> steps = List.copyOf(atEnd);
    atEnd.clear();
    steps.forEach(Runnable::run);
  }
}
