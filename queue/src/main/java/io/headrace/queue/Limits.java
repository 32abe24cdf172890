package io.headrace.queue;

/**
 * The limits of one queue. Part of the machine's behaviour: a change of one would change what old
 * logs replay to. What depends on the machine's memory is the shell's to limit.
 */
public final class Limits {
  /** Most jobs an entry changes; the rest goes on with later entries. */
  public static final int CHANGES_MAX = 1_000;

  /** Most tubes; to create another is answered with OUT_OF_MEMORY. */
  public static final int TUBES_MAX = 1 << 20;

  /** Most tubes a session watches; to watch another is answered with OUT_OF_MEMORY. */
  public static final int WATCHES_MAX = 10_000;

  /** Most jobs; another put is answered with OUT_OF_MEMORY. */
  public static final int JOBS_MAX = JobTable.JOBS_MAX;

  /** A ready job of a lower priority number counts as urgent. */
  public static final long URGENT_BELOW = 1024;

  /** So long before it loses a job, a session that reserves is told DEADLINE_SOON. */
  public static final long DEADLINE_MARGIN_NS = 1_000_000_000;

  /** Longest address of a client, in characters. */
  public static final int PEER_CHARS_MAX = 64;

  /** Longest signature of a death, in characters. */
  public static final int SIGNATURE_CHARS_MAX = 120;

  /** Holders that end within this time of each other may have ended for one reason. */
  public static final long RESTART_WINDOW_NS = 5_000_000_000L;

  /** So many of them, none of whose jobs had died before: a deploy or a host, not the jobs. */
  public static final int RESTART_HOLDERS = 3;

  /** A suspect that nobody may have for so long goes to whoever waits and holds least. */
  public static final long SUSPECT_WAIT_NS = 60_000_000_000L;

  /** The wait of a job that dies again; it doubles with each death in a row. */
  public static final long BACKOFF_FIRST_NS = 1_000_000_000L;

  /** The longest such wait. */
  public static final long BACKOFF_MAX_NS = 60_000_000_000L;

  /** A dropped job can be had back for so long. */
  public static final long DROPPED_KEPT_NS = 3_600_000_000_000L;

  /** A tube is judged by the ends of so many attempts. */
  public static final int GATE_ATTEMPTS = 50;

  /** It is sick when more than so many percent of them were deaths, */
  public static final int GATE_PERCENT = 20;

  /** of at least so many different jobs. */
  public static final int GATE_JOBS = 5;

  /** So long after the last death, one attempt that ends otherwise makes it well. */
  public static final long GATE_QUIET_NS = 60_000_000_000L;

  /** So many vain attempts are worth a warning where nothing limits them. */
  public static final int WARN_ATTEMPTS = 10;

  /** Jobs that are looked at when the session dies that holds them. */
  public static final int DEATH_SCAN_MAX = 1_000;

  /** Recent deaths that are revised when it turns out that many died; older ones stand. */
  public static final int RECENT_DEATHS_MAX = 10_000;

  /**
   * Longest end of what a client has sent that is kept of it, in characters, escapes included; what
   * came before is left out. It takes 136 bytes of the heap at most, once for all the jobs that a
   * session held at its end, or that one {@link Command.LastSent} names.
   */
  public static final int LAST_SENT_CHARS_MAX = 96;

  /** Most jobs that one {@link Command.LastSent} names: a record of 1.1 KB in the log at most. */
  public static final int LAST_SENT_JOBS_MAX = 100;

  /** Attempts of a job that are kept: the first, and the last of the others. */
  public static final int ATTEMPTS_KEPT = 16;

  /**
   * Jobs whose attempts are kept; beyond, those that are known longest are forgotten. The attempts
   * of one take 3,522 bytes of a snapshot at most, and 5.5 KiB of the heap: with the longest texts,
   * in 16 attempts of 16 sessions. A job that died three times takes some 400 bytes, and 1 KiB.
   */
  public static final int HISTORIES_MAX = 100_000;

  /** Records of ended jobs that are kept, of all tubes; the oldest goes first. */
  public static final int END_RECORDS_MAX = 10_000;

  /** Dockets that a tube keeps; the oldest goes first. */
  public static final int DOCKETS_MAX = 1_000;

  /** Their bytes, likewise. */
  public static final long DOCKETS_BYTES_MAX = 16L << 20;

  /** A docket is kept for so long: a week. */
  public static final long DOCKETS_KEPT_NS = 7L * 24 * 3_600_000_000_000L;

  /** Longest key of a put, in characters. */
  public static final int KEY_CHARS_MAX = 64;

  /** Keys are remembered for so long unless something else is said. */
  public static final long KEY_WINDOW_NS = 3_600_000_000_000L;

  /** Most keys that are remembered; a put with another is answered with OUT_OF_MEMORY. */
  public static final int KEYS_MAX = 1 << 24;

  /**
   * Most keys that are looked for in the same place; a put with another is answered with
   * OUT_OF_MEMORY. Chance does not bring so many together, but somebody who means to might.
   */
  public static final int KEYS_ALIKE_MAX = 64;

  /** Most keys an entry forgets; the rest goes on with later entries. */
  public static final int KEYS_FORGOTTEN_MAX = 256;

  private Limits() {}
}
