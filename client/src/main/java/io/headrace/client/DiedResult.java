package io.headrace.client;

/** What became of the word that a worker has died. */
public enum DiedResult {
  /** The job is taken from this session, and the evidence is kept. */
  DIED,
  /** This session does not hold the job. */
  NOT_FOUND,
  /** The server has no room for the evidence; the job is still held. */
  REFUSED
}
