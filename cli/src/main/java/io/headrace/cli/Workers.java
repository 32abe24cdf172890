package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.worker.Supervisor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The supervisors of one process, one a tube; what they are to do may change while they run. */
final class Workers implements AutoCloseable {
  private final Supplier<HeadraceClient> connector;

  /** By all that was said of them: who says something else wants another. Guarded by this. */
  private final Map<List<String>, Supervisor> running = new LinkedHashMap<>();

  /** Those that finish what they have, each with the thread that sees to it. Guarded by this. */
  private final Map<Supervisor, Thread> retiring = new LinkedHashMap<>();

  private boolean ending;

  Workers(Supplier<HeadraceClient> connector) {
    this.connector = connector;
  }

  /** What a change of the work meant, in tubes. */
  record Change(int same, int finish, int begin) {
    @Override
    public String toString() {
      return "tubes that go on: %d, that finish: %d, that begin: %d".formatted(same, finish, begin);
    }
  }

  /** Works on these from now on: others finish, those that are the same go on. */
  synchronized Change work(List<WorkersFile.Entry> entries) throws IOException {
    if (ending) {
      return new Change(0, running.size(), 0);
    }
    var wanted = entries.stream().map(WorkersFile.Entry::words).toList();
    var others = running.keySet().stream().filter(words -> !wanted.contains(words)).toList();
    others.forEach(this::retire);
    int same = running.size();
    for (var entry : entries) {
      if (!running.containsKey(entry.words())) {
        running.put(entry.words(), Supervisor.start(entry.plan(), connector, said(entry, entries)));
      }
    }
    return new Change(same, others.size(), running.size() - same);
  }

  private void retire(List<String> words) {
    var old = running.remove(words);
    if (old != null) {
      old.finish();
      retiring.put(old, Thread.ofPlatform().name("headrace-retire").start(() -> close(old)));
    }
  }

  private void close(Supervisor old) {
    try {
      old.await();
      old.close();
    } catch (IOException e) {
      Output.note("left behind: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      retiring.remove(old);
    }
  }

  private static Consumer<String> said(WorkersFile.Entry entry, List<WorkersFile.Entry> all) {
    return all.size() == 1
        ? Output::note
        : text -> Output.note(entry.plan().tubes().getFirst() + ": " + text);
  }

  /** Lets scripts finish; asked again, not. */
  synchronized void end() {
    if (ending) {
      running.values().forEach(Supervisor::stop);
      retiring.keySet().forEach(Supervisor::stop);
    } else {
      ending = true;
      running.values().forEach(Supervisor::finish);
    }
  }

  /** Waits until all have ended, those that were replaced too. */
  void await() throws InterruptedException {
    for (var now = supervisors(); ; now = supervisors()) {
      for (var one : now) {
        one.await();
      }
      for (var thread : retirements()) {
        thread.join();
      }
      if (now.equals(supervisors())) {
        return;
      }
    }
  }

  private synchronized List<Supervisor> supervisors() {
    return List.copyOf(running.values());
  }

  private synchronized List<Thread> retirements() {
    return List.copyOf(retiring.values());
  }

  @Override
  public void close() throws IOException {
    for (var one : supervisors()) {
      one.close();
    }
  }
}
