package io.headrace.queue;

/**
 * The name of one client connection, as the log knows it.
 *
 * @param epoch how often the log was started before this session opened; an id of an earlier epoch
 *     never names a session of a later one, so that nobody inherits a reservation
 * @param number counts the sessions of the epoch from 1
 */
public record SessionId(int epoch, long number) {}
