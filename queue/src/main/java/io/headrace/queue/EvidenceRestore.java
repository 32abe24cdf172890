package io.headrace.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Builds from the records of a snapshot what is kept of deaths. */
final class EvidenceRestore {
  private static final RareField[] RARE_FIELDS = RareField.values();

  private final QueueState state;
  private final List<History> histories = new ArrayList<>();

  /** The deaths of the unfinished work that was read last, and how many are to come. */
  private final List<RecentDeath> revised = new ArrayList<>();

  private int deathsToCome;
  private int deathsDone;

  EvidenceRestore(QueueState state) {
    this.state = state;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("the snapshot has " + otherwise);
    }
  }

  private int slotOf(long job) {
    var slot = state.index.slot(job);
    require(slot != JobTable.NONE, "the past of a job that is missing");
    return slot;
  }

  void rare(ByteBuffer from) {
    var jobs = state.jobs;
    var slot = slotOf(from.getLong());
    for (var field : RARE_FIELDS) {
      var value = from.getInt();
      switch (field) {
        case ORIGIN -> origin(slot, value);
        case CAUSE -> jobs.rare(slot, field, EvidenceRecords.cause(value).code());
        case DEATHS, STRIKES, EXCUSED, TOUCHES -> jobs.rare(slot, field, value);
      }
    }
    jobs.endedNs(slot, from.getLong());
    jobs.restoreHeldSinceNs(slot, from.getLong());
  }

  private void origin(int slot, int origin) {
    require(
        origin == 0 || (origin > 0 && state.tubes.isTaken(origin - 1)), "a tube that is missing");
    state.setOrigin(slot, origin);
  }

  void history(ByteBuffer from) {
    var history = EvidenceRecords.history(from);
    var slot = slotOf(history.job);
    require(!state.jobs.hasHistory(slot), "two histories of a job");
    state.jobs.hasHistory(slot, true);
    histories.add(history);
  }

  void end(ByteBuffer from) {
    require(state.endRecords.size() < Limits.END_RECORDS_MAX, "too many records of ended jobs");
    var end = EvidenceRecords.end(from);
    require(state.endRecords.put(end.job(), end) == null, "two records of one ended job");
  }

  /** Begins unfinished work that takes deaths back, which come next. */
  void revising(int deaths, int done) {
    require(
        deathsToCome == 0 && deaths > 0 && deaths <= Limits.RECENT_DEATHS_MAX && done >= 0,
        "deaths that do not fit");
    deathsToCome = deaths;
    deathsDone = done;
  }

  void workDeath(ByteBuffer from) {
    require(deathsToCome > 0, "too many deaths");
    revised.add(EvidenceRecords.death(from));
    if (--deathsToCome == 0) {
      var work = new BulkWork.Revising(revised.toArray(new RecentDeath[0]));
      work.done = deathsDone;
      state.bulk.add(work);
      revised.clear();
    }
  }

  void finish() {
    require(deathsToCome == 0, "too few deaths");
    histories.sort(Comparator.comparingLong(history -> history.number));
    histories.forEach(state.histories::add);
  }
}
