package io.headrace.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A request on its way, and the future of its answer. What changes is guarded by the lock of the
 * link that it is on, and between links by that of its lane.
 */
final class Call<T> extends CompletableFuture<T> {
  /** Is told when a call has its answer, or its failure, before whoever waits for it. */
  interface Ended {
    void ended(Call<?> call, boolean failed);
  }

  private final Request<T> request;
  private final long startNs;
  private final long deadlineNs;
  private final Ended ended;
  private long creditNs;
  private long staged;
  private volatile boolean maybeDone;

  /**
   * @param startNs when it was asked, by {@link System#nanoTime}
   * @param deadlineNs when it fails, likewise, if nothing else moves on its link
   */
  Call(Request<T> request, long startNs, long deadlineNs, Ended ended) {
    this.request = request;
    this.startNs = startNs;
    this.deadlineNs = deadlineNs;
    this.ended = ended;
  }

  Request<T> request() {
    return request;
  }

  long startNs() {
    return startNs;
  }

  /** How long it has taken until now. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  String verb() {
    return request.verb();
  }

  long deadlineNs() {
    return deadlineNs;
  }

  /** Begins on a link whose bytes have put deadlines off by so much until now. */
  void begin(long credit) {
    creditNs = credit;
    staged = 0;
  }

  /** Nanoseconds left on a link whose bytes have put deadlines off by so much until now. */
  long leftNs(long nowNs, long credit) {
    return deadlineNs + (credit - creditNs) - nowNs;
  }

  /** Whether all of it was given to be sent: from then on it may be done. */
  boolean isWhole() {
    return staged == request.bytes();
  }

  void stage(ByteBuffer out) {
    staged += request.copy(staged, out);
  }

  /** The link that it was on is dead, and the server may have done it. */
  void mayBeDone() {
    maybeDone = true;
  }

  /**
   * Reads the reply, and returns how it ends, for {@link #end}. Changes nothing here: the link may
   * die meanwhile, and the call go on with another.
   *
   * @throws UnexpectedReply when it is none to this request, nor a refusal that leaves the
   *     connection in step
   */
  Object read(Reply reply) {
    T answer;
    try {
      answer = request.answer(reply);
    } catch (UnexpectedReply e) {
      if (!request.inStep(e)) {
        throw e;
      }
      return e;
    }
    // That it is not done now does not say that it was not done then.
    return maybeDone && answer instanceof PutResult.Refused ? reply.unexpected() : answer;
  }

  /** Hands over what was read of it. */
  @SuppressWarnings("unchecked") // What is no failure is an answer to this request.
  void end(Object read) {
    if (read instanceof UnexpectedReply refusal) {
      fail(refusal);
    } else {
      ended.ended(this, false);
      complete((T) read);
    }
  }

  void fail(ClientException why) {
    ended.ended(this, true);
    completeExceptionally(
        maybeDone ? CallFailed.unknown(request, why) : CallFailed.notDone(request, why));
  }

  /**
   * Waits for the answer; its deadline sees to it that there is an end.
   *
   * @throws CallFailed when there is none
   */
  T await() {
    try {
      return get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CallFailed failed) {
        throw failed.here();
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CallFailed.unknown(request, new ServerUnreachable("interrupted", e));
    }
  }

  /**
   * Waits until there is an answer, or a failure.
   *
   * @throws CallFailed when the thread is interrupted before that
   */
  void awaitEnd() {
    try {
      await();
    } catch (CallFailed e) {
      if (!isDone()) {
        throw e;
      }
    }
  }
}
