package io.headrace.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection for one job at a time: it waits for one, and holds it. Whoever holds a job on it is
 * told when it dies: the job has gone back by then, and is nobody's to end.
 */
final class Holder implements Link.Owner {
  private final List<String> tubes;
  private final Opener opener;
  private final Link link;
  private final AtomicReference<Optional<Runnable>> onLost =
      new AtomicReference<>(Optional.empty());

  /**
   * Connects, and watches these tubes alone.
   *
   * @throws ClientException when that is not done within the patience
   */
  Holder(Opener opener, List<String> tubes, Duration patience) {
    this.tubes = tubes;
    this.opener = opener;
    this.link = opener.watching(tubes, patience, this);
  }

  List<String> tubes() {
    return tubes;
  }

  boolean isDead() {
    return link.isDead();
  }

  /** Sends, or fails by what the connection died of. */
  <T> Call<T> send(Request<T> request, long deadlineNs) {
    var call = new Call<>(request, System.nanoTime(), deadlineNs, opener::told);
    if (!link.knows(request)) {
      call.fail(opener.unreachable("it does not know '" + call.verb() + "', which Headrace does"));
    } else if (!link.offer(call)) {
      call.fail(link.cause().orElseGet(() -> opener.unreachable("the job was given back")));
    }
    return call;
  }

  /** Likewise, within the patience. */
  <T> Call<T> send(Request<T> request) {
    return send(request, System.nanoTime() + opener.options().patience().toNanos());
  }

  /** Has this done once, when it dies; at once, when it is dead. */
  void whenLost(Runnable told) {
    onLost.set(Optional.of(told));
    if (isDead()) {
      tell();
    }
  }

  /** There is nobody to tell any more. */
  void forget() {
    onLost.set(Optional.empty());
  }

  private void tell() {
    onLost.getAndSet(Optional.empty()).ifPresent(Runnable::run);
  }

  @Override
  public void lost(
      Link dead, ClientException cause, List<Call<?>> maybeDone, List<Call<?>> notDone) {
    tell();
    if (!dead.isQuitting()) {
      opener.options().listener().lost(opener.server(), cause);
    }
    maybeDone.forEach(call -> call.fail(cause));
    notDone.forEach(call -> call.fail(cause));
  }

  /** Takes leave; a job that it holds goes back, and no death is counted. */
  void quit() {
    link.quit();
  }

  void awaitClosed(long untilNs) throws InterruptedException {
    link.awaitClosed(untilNs);
  }
}
