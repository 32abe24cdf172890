package io.headrace.queue;

/**
 * What is to be known of one tube at one moment.
 *
 * @param urgent ready jobs with a priority below 1024
 * @param total jobs ever put into it since it was created
 * @param using sessions that use it; {@code watching} and {@code waiting} likewise
 * @param deletes delete commands that ended a job of it
 * @param pauses pause commands it got
 * @param pauseNs length of the pause it is in, 0 when it is not paused
 * @param pauseLeftNs what is left of it
 * @param bodyBytes bytes of its jobs' bodies
 */
public record TubeView(
    TubeName name,
    long urgent,
    long ready,
    long reserved,
    long delayed,
    long buried,
    long total,
    long using,
    long watching,
    long waiting,
    long deletes,
    long pauses,
    long pauseNs,
    long pauseLeftNs,
    long bodyBytes) {}
