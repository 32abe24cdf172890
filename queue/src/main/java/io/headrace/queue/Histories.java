package io.headrace.queue;

import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The histories of jobs, oldest first; at most {@link Limits#HISTORIES_MAX}. */
final class Histories {
  private final Long2ObjectHashMap<History> byJob = new Long2ObjectHashMap<>();
  private @Nullable History oldest;
  private @Nullable History newest;
  private long begun;

  int size() {
    return byJob.size();
  }

  @Nullable History find(long job) {
    return byJob.get(job);
  }

  /** The one that is known longest, or null. */
  @Nullable History oldest() {
    return oldest;
  }

  boolean isFull() {
    return byJob.size() >= Limits.HISTORIES_MAX;
  }

  /** Histories ever begun. */
  long begun() {
    return begun;
  }

  void begun(long count) {
    begun = count;
  }

  /** Begins the history of a job that has none. */
  History begin(long job) {
    var history = new History(job, begun++);
    add(history);
    return history;
  }

  /** Adds a history that was begun after all there are. */
  void add(History history) {
    byJob.put(history.job, history);
    history.older = newest;
    if (newest == null) {
      oldest = history;
    } else {
      newest.newer = history;
    }
    newest = history;
  }

  void remove(History history) {
    byJob.remove(history.job);
    if (history.older == null) {
      oldest = history.newer;
    } else {
      history.older.newer = history.newer;
    }
    if (history.newer == null) {
      newest = history.older;
    } else {
      history.newer.older = history.older;
    }
    history.older = null;
    history.newer = null;
  }
}
