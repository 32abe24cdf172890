package io.headrace.queue;

/**
 * What is to be known of one job at one moment.
 *
 * @param delayNs the delay it was last put or released with
 * @param ageNs time since its put
 * @param timeLeftNs time until it becomes ready (delayed) or until its holder loses it (reserved),
 *     below zero when that is due and not yet logged; 0 in the other states
 * @param reserves how often it was reserved; the other counters likewise
 */
public record JobView(
    long job,
    TubeName tube,
    JobState state,
    long priority,
    long ageNs,
    long delayNs,
    long ttrNs,
    long timeLeftNs,
    Body body,
    int reserves,
    int timeouts,
    int releases,
    int buries,
    int kicks) {}
