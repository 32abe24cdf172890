package io.headrace.queue;

/** Why a policy was refused, where that depends on what else is set. */
public enum PolicyFault {
  /** Its jobs would be moved to their own tube. */
  MOVE_TO_ITSELF,
  /** The tube that its jobs would be moved to does not exist. */
  MOVE_TO_UNKNOWN,
  /** Its jobs would be moved on and come back. */
  MOVE_IN_CIRCLE,
  /** A burst is set, but no rate that it would be an exception from. */
  BURST_WITHOUT_RATE,
  /** The longest retry delay is below the first. */
  DELAY_MAX_BELOW_DELAY,
  /** So many attempts end a job before it can have so many deaths. */
  ATTEMPTS_BEFORE_DEATHS
}
