package io.headrace.server;

/**
 * What is to be known of one connection at one moment.
 *
 * @param waiting whether it waits in a reserve
 * @param producer whether it has put a job; {@code worker} whether it has reserved
 * @param lastCommand the last command it gave, and {@code lastCommandNs} when, in the loop's time;
 *     {@code ""} for none
 * @param protocol what it speaks
 * @param faults how often it has said what cannot be understood, or was too large
 */
public record SessionFacts(
    boolean waiting,
    boolean producer,
    boolean worker,
    String lastCommand,
    long lastCommandNs,
    String protocol,
    long faults,
    WireFacts wire) {
  /** Of a connection that has said nothing. */
  public static final SessionFacts NONE =
      new SessionFacts(false, false, false, "", 0, "none", 0, WireFacts.NONE);
}
