package io.headrace.queue;

/**
 * A job that a policy has ended and that is still there.
 *
 * @param dropped whether somebody has dropped it, so that it goes for good in a while
 */
public record DeadView(JobView job, HistoryView history, boolean dropped) {}
