package io.headrace.simulator;

import io.headrace.journal.BodyStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory outside the heap of all servers that a story starts. A server that crashes closes
 * nothing, and one that is started in vain is nobody's; when the story is over all of it goes back.
 */
final class StoryMemory {
  private static final ThreadLocal<List<BodyStore>> OPENED =
      ThreadLocal.withInitial(ArrayList::new);

  private StoryMemory() {}

  /** Memory for bodies, until the story that runs on this thread is over. */
  static BodyStore offHeap(long budgetBytes, long bodyBytesMax) {
    var opened = BodyStore.offHeap(budgetBytes, bodyBytesMax);
    OPENED.get().add(opened);
    return opened;
  }

  /** No server that this thread has started runs any more. */
  static void giveBack() {
    OPENED.get().forEach(BodyStore::close);
    OPENED.remove();
  }
}
