package io.headrace.worker;

import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.util.function.Consumer;

/** How the task of a plan is done: what its slots share. */
interface Workshop extends AutoCloseable {
  /**
   * Opens the one for this plan.
   *
   * @param token a word that no other has
   * @param note tells a person something, in a line
   */
  static Workshop of(WorkPlan plan, String token, Consumer<String> note) throws IOException {
    return switch (plan.task()) {
      case ScriptTask task -> ScriptWorkshop.open(task, plan.tubes().getFirst(), token, note);
      case WebTask task -> new WebWorkshop(task);
    };
  }

  /** What it does many of: a plural. */
  String noun();

  /** Makes the runner of a slot. */
  Runner runner(int slot) throws IOException, SpawnException;

  /** Whether what it takes is there, so that a job may be begun. */
  boolean isReady();

  /** What there is to say of what it does, in a few words; empty when nothing is. */
  String remark();

  /** To be called once a second. */
  void look();

  /** To be called when all runners are closed. */
  @Override
  void close() throws IOException;
}
