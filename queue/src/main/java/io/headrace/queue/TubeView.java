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
 * @param suspects ready jobs that are delivered alone, since their holders died
 * @param dropped jobs that were dropped and can still be had back
 * @param dockets deaths whose evidence is kept
 * @param doubleRuns how often a job was found to run twice at once
 * @param sick whether so many of its workers die that no job is to blame
 * @param settings its own part of its policy
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
    long bodyBytes,
    long suspects,
    long dropped,
    long dockets,
    long doubleRuns,
    boolean sick,
    PolicySettings settings) {}
