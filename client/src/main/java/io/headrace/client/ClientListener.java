package io.headrace.client;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Is told what a {@link JobClient} does: for metrics, and for a log. Each method is called by the
 * thread that it happened on, and must neither wait nor throw. Unless overridden, what a person
 * should know goes to {@link System.Logger} {@code io.headrace.client}, which SLF4J and others can
 * be put behind.
 *
 * {@snippet class="io.headrace.client.JobClientSnippets" region="listener"}
 */
public interface ClientListener {
  /** Tells the log alone. */
  ClientListener LOG = new ClientListener() {};

  /**
   * A call has ended.
   *
   * @param verb the command's first word, as {@code put}
   * @param took from the call to its end
   * @param failed whether it ended by {@link CallFailed}
   */
  default void called(String verb, Duration took, boolean failed) {}

  /** There is a new connection. */
  default void connected(ServerAddress server) {}

  /**
   * There is none, for this reason; after a wait the client tries again, as long as somebody waits
   * for it.
   */
  default void notConnected(ServerAddress server, ClientException why) {
    ClientLog.LOG.log(Level.WARNING, "no connection: {0}", why.getMessage());
  }

  /** A connection is dead, which the client did not close itself. */
  default void lost(ServerAddress server, ClientException why) {
    ClientLog.LOG.log(Level.WARNING, "a connection is lost: {0}", why.getMessage());
  }

  /**
   * A worker's handler has returned, or thrown.
   *
   * @param took from the reservation until it was known what became of the job
   * @param ending {@code deleted}, {@code released}, {@code buried}; {@code handled} when the
   *     handler ended it, {@code lost} when it was not held any more, or that is not known
   */
  default void worked(String tube, Duration took, String ending) {}

  /** A worker's handler has thrown this. */
  default void threw(String tube, HeldJob job, Throwable thrown) {
    ClientLog.LOG.log(Level.WARNING, () -> "the handler of " + job + " in " + tube, thrown);
  }
}
