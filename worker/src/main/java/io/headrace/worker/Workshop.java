package io.headrace.worker;

import java.io.IOException;
import java.util.function.Consumer;

/** How the task of a plan is done: what its slots share. */
interface Workshop extends AutoCloseable {
  /**
   * Opens the one for this plan.
   *
   * @param note tells a person something, in a line
   */
  static Workshop of(WorkPlan plan, Consumer<String> note) throws IOException {
    return switch (plan.task()) {
      case ScriptTask task -> ScriptWorkshop.open(task, plan.tubes().getFirst(), note);
      case WebTask task -> new WebWorkshop(task);
    };
  }

  /** What it does many of: a plural. */
  String noun();

  /** Makes the runner of a slot. */
  Runner runner(int slot) throws IOException;

  /** To be called once a second. */
  void look();

  /** To be called when all runners are closed. */
  @Override
  void close() throws IOException;
}
