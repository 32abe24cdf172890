package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.Journal;
import io.headrace.journal.JournalThread;
import io.headrace.journal.JournalThreads;
import io.headrace.journal.RecoveryListener;
import io.headrace.simulator.Request.Kind;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** Bodies that are wanted while memory has no room for them, on a disk that reads slowly. */
final class WaitingForMemoryTest {
  private static final int BODY_BYTES = 6_000;

  /** Room for one such body that stays, and for one that is read back. */
  private static final long MEMORY_BYTES = 16_000;

  private static final int JOBS = 200;

  private static final long WANTED = 100;

  /** Reads nothing until it is told to. */
  private static final class SlowReads implements JournalThread {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void run(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void runAfter(long delayNs, Runnable task) {
      throw new AssertionError("nothing fails here");
    }

    @Override
    public void join() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    @Override
    public void close() {
      join();
    }
  }

  private final SlowReads reads = new SlowReads();
  private final World world =
      new World(
          Scenario.calm(1, 0).withMemoryBytes(MEMORY_BYTES),
          (scenario, disk, bodies, machine, threads, clock, wake) ->
              Journal.open(
                  scenario.options(),
                  disk,
                  bodies,
                  machine,
                  RecoveryListener.silent(),
                  new JournalThreads(threads.forces(), threads.chores(), reads),
                  clock::nanoTime,
                  wake));

  private void putJobs() {
    world.host().start();
    var producer = world.newClient();
    for (int i = 0; i < JOBS; i++) {
      byte[] body = world.accounts().newBody(world.random(), BODY_BYTES);
      producer.ask(Request.put(i, 0, 100, body));
      world.settle();
    }
  }

  private String fileOf(long job) {
    var body = world.host().server().machine().job(job, 0).orElseThrow().body();
    return world.host().disk().fileOf(body);
  }

  /** Deletes all jobs but the first two and this, and writes until old segments go. */
  private void deleteAllBut(long kept) {
    var client = world.newClient();
    for (long job = 3; job <= JOBS; job++) {
      if (job != kept) {
        client.ask(Request.about(Kind.DELETE, "delete", job));
        world.settle();
      }
    }
    for (int i = 0; i < 4_000; i++) {
      world.ask(client, Kind.LOGGED, "use tube-" + i % 2);
      world.settle();
    }
  }

  private SimClient peek(long job) {
    var client = world.newClient();
    client.ask(Request.about(Kind.PEEK, "peek", job));
    world.settle();
    return client;
  }

  @Test
  void a_body_whose_job_and_file_are_gone_before_memory_has_room_is_not_read() {
    var waiting = whileMemoryIsFull(0);
    assertThat(waiting.lastLine()).isEqualTo("NOT_FOUND");
  }

  @Test
  void a_body_that_was_copied_forward_before_memory_has_room_is_read_from_its_new_place() {
    var waiting = whileMemoryIsFull(WANTED);
    assertThat(waiting.lastLine()).startsWith("FOUND " + WANTED + " ");
  }

  /** Asks for a job whose body finds no memory until its file is gone. */
  private SimClient whileMemoryIsFull(long kept) {
    putJobs();
    String file = fileOf(WANTED);
    var first = peek(2);
    var second = peek(WANTED);
    deleteAllBut(kept);
    assertThat(world.host().disk().names()).doesNotContain(file);
    assertThat(first.outstanding() + second.outstanding()).as("still waiting").isEqualTo(2);
    reads.join();
    world.settle();
    reads.join();
    world.settle();
    assertThat(first.lastLine()).startsWith("FOUND 2 ");
    world.host().server().checkState();
    return second;
  }
}
