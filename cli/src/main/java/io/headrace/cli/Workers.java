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

  private boolean ending;

  Workers(Supplier<HeadraceClient> connector) {
    this.connector = connector;
  }

  /** Works on these from now on: others finish, those that are the same go on. */
  synchronized void work(List<WorkersFile.Entry> entries) throws IOException {
    if (ending) {
      return;
    }
    var wanted = entries.stream().map(WorkersFile.Entry::words).toList();
    for (var words : List.copyOf(running.keySet())) {
      if (!wanted.contains(words)) {
        retire(words);
      }
    }
    for (var entry : entries) {
      if (!running.containsKey(entry.words())) {
        running.put(entry.words(), Supervisor.start(entry.plan(), connector, said(entry, entries)));
      }
    }
    notifyAll();
  }

  private void retire(List<String> words) {
    var old = running.remove(words);
    if (old != null) {
      old.finish();
      Thread.ofPlatform().name("headrace-retire").start(() -> close(old));
    }
  }

  private static void close(Supervisor old) {
    try {
      old.await();
      old.close();
    } catch (IOException e) {
      Output.note("left behind: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
    } else {
      ending = true;
      running.values().forEach(Supervisor::finish);
    }
  }

  /** Waits until all have ended. */
  void await() throws InterruptedException {
    for (var now = supervisors(); ; now = supervisors()) {
      for (var one : now) {
        one.await();
      }
      if (now.equals(supervisors())) {
        return;
      }
    }
  }

  private synchronized List<Supervisor> supervisors() {
    return List.copyOf(running.values());
  }

  @Override
  public void close() throws IOException {
    for (var one : supervisors()) {
      one.close();
    }
  }
}
