package io.headrace.queue;

import java.util.Optional;

/**
 * What is to be known of one job at one moment.
 *
 * @param delayNs the delay it was last put or released with
 * @param ageNs time since its put
 * @param timeLeftNs time until it becomes ready (delayed) or until its holder loses it (reserved),
 *     below zero when that is due and not yet logged; 0 in the other states
 * @param reserves how often it was reserved; the other counters likewise
 * @param standing what is thought of it
 * @param deaths deaths of its holders that are held against it, {@code strikes} those in a row,
 *     held against it or not, {@code excused} attempts that are not held against it
 * @param cause why a policy has ended it, and {@code endedNs} when, nanoseconds since 1970
 * @param origin where it was moved from first, if it was
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
    int kicks,
    Standing standing,
    int deaths,
    int strikes,
    int excused,
    EndCause cause,
    long endedNs,
    Optional<TubeName> origin) {
  /** What is thought of a job. */
  public enum Standing {
    /** Nothing: it is a job as any other. */
    PLAIN,
    /** Its holder died: it is delivered alone. */
    SUSPECT,
    /** It has had its deaths, and is poisoned in a moment unless others die too. */
    CONDEMNED
  }
}
