package io.headrace.server;

import io.headrace.queue.Answer;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;

/**
 * One client connection as the loop sees it: it submits commands and is told what became of them.
 * All of it happens on the loop's thread. What is told may not submit anything at once; it may ask
 * to be {@linkplain QueueLoop#resumeLater resumed}.
 *
 * <p>An abstract class rather than an interface, because the loop keeps its own notes here: they
 * cost no look-up in the hot path.
 */
public abstract class Session {
  /** The name under which the log knows the connection, once it has opened its session. */
  private SessionId id = new SessionId(0, 0);

  private long connectedAtNs;
  private boolean opening;
  private boolean open;
  private boolean gone;
  private boolean touched;
  private boolean queued;
  private boolean queuedToAsk;
  private boolean producer;
  private boolean worker;

  /** A new connection; the loop knows it when it was {@linkplain QueueLoop#connect connected}. */
  protected Session() {}

  /** The name of the connection: unique and growing while the server runs, never reused. */
  public final SessionId id() {
    return id;
  }

  /** Whether the queue knows the session: once its first command that needs one was applied. */
  public final boolean isOpen() {
    return open;
  }

  /** When the connection was opened, in the loop's time. */
  public final long connectedAtNs() {
    return connectedAtNs;
  }

  final void connected(SessionId as, long nowNs) {
    id = as;
    connectedAtNs = nowNs;
  }

  /** Notes that the opening is submitted; true when that is news. */
  final boolean beginOpening() {
    boolean news = !opening && !open;
    opening |= news;
    return news;
  }

  /** Notes that an entry of the session was applied; true when it was its opening. */
  final boolean applied() {
    boolean news = opening;
    opening = false;
    open |= news;
    return news;
  }

  final boolean hasBegun() {
    return opening || open;
  }

  final void left() {
    gone = true;
  }

  final boolean isGone() {
    return gone;
  }

  /** Notes that there is something to flush; true when that is news. */
  final boolean touch() {
    boolean news = !touched;
    touched = true;
    return news;
  }

  final void untouch() {
    touched = false;
  }

  /** Notes that it waits to be resumed; true when that is news. */
  final boolean queue() {
    boolean news = !queued;
    queued = true;
    return news;
  }

  final void unqueue() {
    queued = false;
  }

  /** Notes that it waits for its turn to ask; true when that is news. */
  final boolean queueToAsk() {
    boolean news = !queuedToAsk;
    queuedToAsk = true;
    return news;
  }

  final void unqueueToAsk() {
    queuedToAsk = false;
  }

  /** The peer's address, as a person reads it. */
  public abstract String peer();

  /** What is to be known of it now. */
  public abstract SessionFacts facts();

  /**
   * The end of what it has sent, for the past of a job that it loses to time, as {@link
   * io.headrace.queue.Command.LastSent} says; "" where that is not known. Asked once for each such
   * job, in a row: it is looked for once, as long as nothing more comes.
   */
  protected abstract String lastSent();

  /** Ends the reserve it waits in, if it does: the server is about to stop. */
  public abstract void endWait();

  /** Notes that it puts jobs. */
  protected final void puts() {
    producer = true;
  }

  /** Notes that it reserves jobs. */
  protected final void reserves() {
    worker = true;
  }

  /** Whether it has put a job. */
  public final boolean isProducer() {
    return producer;
  }

  /** Whether it has reserved. */
  public final boolean isWorker() {
    return worker;
  }

  /** Closes the connection, after the replies that are ready. */
  public abstract void close();

  /** Goes on with input that was saved. */
  protected abstract void resume();

  /** Sends the replies that are ready. */
  protected abstract void flush();

  /** See {@link io.headrace.queue.Effects#answer}. */
  protected abstract void answered(Answer answer);

  /** See {@link io.headrace.queue.Effects#inserted}. */
  protected abstract void inserted(long job);

  /** See {@link io.headrace.queue.Effects#known}. */
  protected abstract void known(long job);

  /** See {@link io.headrace.queue.Effects#using}. */
  protected abstract void using(TubeName tube);

  /** See {@link io.headrace.queue.Effects#watching}. */
  protected abstract void watching(int tubes);

  /** See {@link io.headrace.queue.Effects#reserved}. */
  protected abstract void reserved(long job, long bodyRef, int bodyBytes);

  /** The body of a job that was looked at is in memory now. */
  protected abstract void found(long job, long bodyRef, int bodyBytes);

  /**
   * The body of a job it waited for does not come: it was found damaged, and the job is being
   * buried, or the job has ended.
   */
  protected abstract void bodyLost(long job);

  /** See {@link io.headrace.queue.Effects#policyRefused}. */
  protected abstract void policyRefused(PolicyFault fault);

  /** See {@link io.headrace.queue.Effects#kicked}. */
  protected abstract void kicked(long jobs);

  /** See {@link io.headrace.queue.Effects#cleared}. */
  protected abstract void cleared(long jobs);

  /** Answers a query: everything before it is applied. May read the machine, not change it. */
  protected abstract void read(Query query, QueueMachine machine, long nowNs);
}
