package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Does the jobs of a tube, some at once, and keeps that going. */
public final class Supervisor implements AutoCloseable {
  /** How often it is looked whether a job could not be kept. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** How often it is told how the slots do. */
  private static final int LOOKS_A_REPORT = 20;

  /** After a job that failed, and after one that fails again and again. */
  private static final Duration RETRY_FIRST = Duration.ofSeconds(1);

  private static final Duration RETRY_SLOWEST = Duration.ofMinutes(5);

  /** Between runs when all of them fail. */
  private static final Duration STREAK_FIRST = Duration.ofMillis(250);

  private static final int TOKEN_BYTES = 8;

  private static final Duration STREAK_SLOWEST = Duration.ofSeconds(10);

  private final Crew crew;
  private final List<Slot> slots;
  private final List<Thread> threads = new ArrayList<>();
  private final StatusFile statusFile;
  private final Thread watch;

  private Supervisor(Crew crew, List<Slot> slots, StatusFile statusFile) {
    this.crew = crew;
    this.slots = slots;
    this.statusFile = statusFile;
    this.watch = Thread.ofPlatform().daemon().name("headrace-lease-watch").unstarted(this::watch);
  }

  /**
   * Starts the slots.
   *
   * @param connector makes a connection that opens one socket
   * @param speaker tells a person something, in a line; any thread may call it
   * @throws IOException when there is no room for temporary files
   * @throws io.headrace.worker.process.UnsupportedSystemException when the system lacks what it
   *     takes
   */
  public static Supervisor start(
      WorkPlan plan, Supplier<HeadraceClient> connector, Consumer<String> speaker)
      throws IOException {
    var note = new Notes(speaker);
    var random = new Random();
    var token = token();
    var workshop = Workshop.of(plan, token, note);
    var crew =
        new Crew(
            plan,
            workshop,
            new Orders(),
            new Streak(new Backoff(STREAK_FIRST, STREAK_SLOWEST, random), workshop.noun(), note),
            new Closing(plan, new Backoff(RETRY_FIRST, RETRY_SLOWEST, random), note),
            random,
            note);
    var slots =
        IntStream.range(0, plan.slots()).mapToObj(i -> new Slot(i, crew, connector)).toList();
    var supervisor = new Supervisor(crew, slots, StatusFile.of(plan, token));
    supervisor.begin();
    return supervisor;
  }

  private static String token() {
    var bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void begin() {
    for (var slot : slots) {
      threads.add(Thread.ofPlatform().name("headrace-slot-" + threads.size()).start(slot));
    }
    watch.start();
  }

  private void watch() {
    try {
      for (long looks = 0; ; looks++) {
        long nowNs = System.nanoTime();
        slots.forEach(slot -> slot.endOverdue(nowNs));
        if (looks % LOOKS_A_REPORT == 0) {
          crew.workshop().look();
          statusFile.write(status(), crew.workshop().remark());
        }
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      // All slots have ended.
      return;
    }
  }

  /** How each slot does. */
  public List<SlotStatus> status() {
    return slots.stream().map(Slot::status).toList();
  }

  /** Takes no further jobs. What runs may go on as long as the plan allows. */
  public void finish() {
    finishWithin(crew.plan().finish());
  }

  /** Takes no further jobs, and ends what runs: its jobs go back. */
  public void stop() {
    finishWithin(Duration.ZERO);
  }

  private void finishWithin(Duration time) {
    crew.orders().finish(System.nanoTime() + time.toNanos());
    slots.forEach(Slot::wake);
  }

  /** Waits until all slots have ended. */
  public void await() throws InterruptedException {
    for (var thread : threads) {
      thread.join();
    }
  }

  /** Stops, and waits for it. */
  @Override
  public void close() throws IOException {
    stop();
    try {
      await();
      watch.interrupt();
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    statusFile.close();
    crew.workshop().close();
  }
}
