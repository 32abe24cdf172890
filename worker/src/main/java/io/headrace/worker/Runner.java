package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.util.function.Supplier;

/** Does the jobs of one slot, one after the other. Made, used and closed by the slot's thread. */
interface Runner extends AutoCloseable {
  /** Makes a connection to the server that ends when nothing is done by it any more. */
  Link connect(Supplier<HeadraceClient> connector, WorkPlan plan) throws SpawnException;

  /**
   * Begins what is to be done for a job.
   *
   * @param result where what comes of it goes
   * @throws SpawnException when it cannot be begun, for which the job is not to blame
   * @throws IOException likewise
   */
  Run begin(Held held, Result result) throws SpawnException, IOException;

  /** Removes what the last run has left; to be called when the server knows of its end. */
  void clean();

  @Override
  void close() throws IOException;
}
