package io.headrace.server;

/**
 * What is to be known of one connection at one moment.
 *
 * @param waiting whether it waits in a reserve
 * @param producer whether it has put a job; {@code worker} whether it has reserved
 * @param lastCommand the last command it gave, and {@code lastCommandNs} when, in the loop's time;
 *     {@code ""} for none
 */
public record SessionFacts(
    boolean waiting,
    boolean producer,
    boolean worker,
    String lastCommand,
    long lastCommandNs,
    WireFacts wire) {
  /** Of a connection that has said nothing. */
  public static final SessionFacts NONE =
      new SessionFacts(false, false, false, "", 0, WireFacts.NONE);
}
