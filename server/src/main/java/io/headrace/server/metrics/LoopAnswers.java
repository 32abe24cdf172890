package io.headrace.server.metrics;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks the loop on behalf of whoever scrapes: of each question at most one is on its way, and
 * whoever asks meanwhile, or shortly after, shares its answer. Used from any thread.
 */
final class LoopAnswers {
  /** Numbers that are no older are given to the next who asks. */
  static final long SHARED_NS = TimeUnit.SECONDS.toNanos(1);

  private final LoopCensus census;
  private CompletableFuture<LoopNumbers> numbers = CompletableFuture.failedFuture(new NotAsked());
  private CompletableFuture<Boolean> sign = CompletableFuture.completedFuture(true);

  /** Why there is no answer yet. */
  private static final class NotAsked extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  LoopAnswers(LoopCensus census) {
    this.census = census;
  }

  /** The loop's numbers; never done when the loop does not answer. */
  synchronized CompletableFuture<LoopNumbers> numbers() {
    if (numbers.isDone() && !isFresh()) {
      var asked = new CompletableFuture<LoopNumbers>();
      numbers = asked;
      census.take(asked::complete);
    }
    return numbers.copy();
  }

  private boolean isFresh() {
    return !numbers.isCompletedExceptionally()
        && census.nanoTime() - numbers.join().takenNanos() < SHARED_NS;
  }

  /** A sign of life; never done when the loop does not answer. */
  synchronized CompletableFuture<Boolean> sign() {
    if (sign.isDone()) {
      var asked = new CompletableFuture<Boolean>();
      sign = asked;
      census.ping(() -> asked.complete(true));
    }
    return sign.copy();
  }
}
