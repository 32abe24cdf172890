package io.headrace.queue;

/**
 * The sums over all tubes and sessions at one moment.
 *
 * @param urgent ready jobs with a priority below 1024
 * @param total jobs ever put, over all restarts
 * @param timeouts reservations that ended by their TTR, over all restarts
 * @param producers open sessions that have put; {@code workers} those that have reserved
 * @param waiting sessions that wait in a reserve
 * @param bodyBytes bytes of all bodies
 * @param keys keys that are remembered
 * @param keyBytes bytes that a snapshot takes for them
 */
public record QueueView(
    long urgent,
    long ready,
    long reserved,
    long delayed,
    long buried,
    long total,
    long timeouts,
    long tubes,
    long sessions,
    long producers,
    long workers,
    long waiting,
    long bodyBytes,
    long keys,
    long keyBytes) {}
