package io.headrace.server;

import io.headrace.journal.BodyRead;
import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.queue.Body;
import io.headrace.queue.BodyVisitor;
import io.headrace.queue.QueueMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bodies that memory has no room for: lets them go when it is crowded, has them read back when
 * their turn comes, a little ahead of it where there is room, and keeps those waiting who asked.
 * Nobody else waits. Part of the loop, on its thread.
 */
final class SpilledBodies {
  /** Ready jobs of a tube that are looked at, half as many deliveries before they are due. */
  static final int LOOK_AHEAD_JOBS = 1_024;

  /** Bytes of bodies that are read ahead at one time. */
  static final long LOOK_AHEAD_BYTES_MAX = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(SpilledBodies.class);

  private final QueueMachine machine;
  private final CommandLog log;
  private final BodyStore bodies;
  private final LongConsumer whenDamaged;

  private final Long2ObjectHashMap<Fetch> fetches = new Long2ObjectHashMap<>();

  /** Those that have memory, and are read with the next step. */
  private final List<Fetch> begun = new ArrayList<>();

  /** Wanted bodies that memory had no room for. */
  private final ArrayDeque<Fetch> starving = new ArrayDeque<>();

  private final BodyVisitor ahead = this::fetchAhead;

  /** The job that the entry being applied has put; 0 when it has put none. */
  private long putJob;

  /** Jobs that the entry being applied has delivered; the first {@code deliveredCount} count. */
  private long[] deliveredJobs = new long[64];

  private int deliveredCount;
  private long readingAheadBytes;
  private int reading;

  /** A body that is on its way back to memory. */
  private static final class Fetch {
    final long job;
    final int bytes;
    final int crc32c;
    final boolean ahead;
    final List<Waiter> waiters = new ArrayList<>(1);

    /** Its room in memory, once it has some. */
    long room;

    Fetch(long job, int bytes, int crc32c, boolean ahead) {
      this.job = job;
      this.bytes = bytes;
      this.crc32c = crc32c;
      this.ahead = ahead;
    }
  }

  /** Who gets the body: as the job it has reserved, or peeked at. */
  private record Waiter(Session session, boolean reserved) {}

  /**
   * Keeps nobody waiting yet.
   *
   * @param whenDamaged told of jobs whose body is not what was put; they must be buried
   */
  SpilledBodies(QueueMachine machine, CommandLog log, BodyStore bodies, LongConsumer whenDamaged) {
    this.machine = machine;
    this.log = log;
    this.bodies = bodies;
    this.whenDamaged = whenDamaged;
  }

  /** The entry that is being applied has put this job. */
  void put(long job) {
    putJob = job;
  }

  /** The entry that is being applied has delivered this job. */
  void delivered(long job) {
    if (deliveredCount == deliveredJobs.length) {
      deliveredJobs = Arrays.copyOf(deliveredJobs, 2 * deliveredCount);
    }
    deliveredJobs[deliveredCount++] = job;
  }

  /**
   * What was put and delivered leaves memory where that is crowded; what its tube delivers next is
   * read ahead.
   */
  void entryApplied() {
    if (putJob == 0 && deliveredCount == 0) {
      return;
    }
    if (bodies.isCrowded()) {
      letGo(putJob);
      for (int i = 0; i < deliveredCount; i++) {
        letGo(deliveredJobs[i]);
      }
    }
    if (machine.spilledBytes() > 0) {
      for (int i = 0; i < deliveredCount; i++) {
        machine.lookAhead(deliveredJobs[i], LOOK_AHEAD_JOBS, ahead);
      }
    }
    putJob = 0;
    deliveredCount = 0;
  }

  private void letGo(long job) {
    long ref = machine.bodyRef(job);
    if (ref == BodyStore.NONE || Body.isSpilled(ref)) {
      return;
    }
    int bytes = machine.bodyBytes(job);
    if (bodies.location(ref, bytes) != 0) {
      machine.moveBody(job, bodies.spill(ref, bytes));
    }
  }

  private void fetchAhead(long job, long ref, int bytes, int crc32c) {
    // What nobody waits for must not stand before what somebody does.
    if (starving.isEmpty()
        && readingAheadBytes + bytes <= LOOK_AHEAD_BYTES_MAX
        && !bodies.isCrowded()
        && !fetches.containsKey(job)) {
      start(new Fetch(job, bytes, crc32c, true));
    }
  }

  /** Has a session told when the body is there. */
  void await(Session session, long job, int bytes, int crc32c, boolean reserved) {
    Fetch fetch = fetches.get(job);
    if (fetch == null) {
      fetch = new Fetch(job, bytes, crc32c, false);
      start(fetch);
    }
    fetch.waiters.add(new Waiter(session, reserved));
  }

  private void start(Fetch fetch) {
    fetches.put(fetch.job, fetch);
    if (!starving.isEmpty() || !begin(fetch)) {
      starving.add(fetch);
    }
  }

  /** Has a body read, if memory has room for it. One at a time is read whatever the budget. */
  private boolean begin(Fetch fetch) {
    boolean alone = reading == 0;
    long ref = alone ? bodies.allocateAnyway(fetch.bytes) : bodies.allocate(fetch.bytes);
    if (ref == BodyStore.NONE) {
      return false;
    }
    fetch.room = ref;
    reading++;
    readingAheadBytes += fetch.ahead ? fetch.bytes : 0;
    begun.add(fetch);
    return true;
  }

  /** Hands out what was read back, and has the journal read what was asked for since. */
  void step() {
    if (reading > 0) {
      log.takeReads(this::arrived);
    }
    while (!starving.isEmpty() && begin(starving.element())) {
      starving.remove();
    }
    if (!begun.isEmpty()) {
      read();
    }
  }

  /**
   * Has the journal read each body from where it is now: since it was asked for, it may have been
   * copied forward, or its job may have ended, and its file be gone.
   */
  private void read() {
    List<BodyRead> reads = new ArrayList<>(begun.size());
    List<Fetch> ended = new ArrayList<>();
    for (Fetch fetch : begun) {
      long ref = machine.bodyRef(fetch.job);
      if (ref == BodyStore.NONE) {
        ended.add(fetch);
      } else {
        reads.add(new BodyRead(fetch.job, ref, fetch.room, fetch.bytes, fetch.crc32c));
      }
    }
    begun.clear();
    if (!reads.isEmpty()) {
      log.read(reads);
    }
    for (Fetch fetch : ended) {
      over(fetch.job);
      lost(fetch);
    }
  }

  private Fetch over(long job) {
    reading--;
    Fetch fetch = fetches.remove(job);
    readingAheadBytes -= fetch.ahead ? fetch.bytes : 0;
    return fetch;
  }

  private void lost(Fetch fetch) {
    bodies.drop(fetch.room, fetch.bytes);
    fetch.waiters.forEach(waiter -> waiter.session.bodyLost(fetch.job));
  }

  private void arrived(BodyRead read) {
    Fetch fetch = over(read.job());
    if (read.damage().isPresent()) {
      LOG.error("{}. Job {} is buried", read.damage().get(), read.job());
      whenDamaged.accept(read.job());
      lost(fetch);
      return;
    }
    boolean keep = true;
    for (Waiter waiter : fetch.waiters) {
      keep = false;
      if (waiter.reserved) {
        waiter.session.reserved(fetch.job, read.ref(), fetch.bytes);
      } else {
        waiter.session.found(fetch.job, read.ref(), fetch.bytes);
      }
    }
    settle(fetch, read.ref(), keep || !bodies.isCrowded());
  }

  /** The body is in memory: it stays there, if there is room and its job still lives. */
  private void settle(Fetch fetch, long ref, boolean stays) {
    long now = machine.bodyRef(fetch.job);
    if (stays && now != BodyStore.NONE) {
      bodies.locate(ref, fetch.bytes, bodies.location(now, fetch.bytes));
      machine.moveBody(fetch.job, ref);
    } else {
      bodies.drop(ref, fetch.bytes);
    }
  }
}
