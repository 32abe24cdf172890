package io.headrace.worker;

import java.time.Duration;

/** What becomes of a job when its run has ended. */
public sealed interface Ending {
  /** It is done: what came of it is put where that is wanted, and it is deleted. */
  record Done() implements Ending {}

  /** It goes back without blame. */
  record Return() implements Ending {}

  /** It has failed, and is deleted all the same. */
  record Delete() implements Ending {}

  /** It is tried again, each time after a longer while. */
  record Release() implements Ending {}

  /** It is tried again after the retry delay of its tube. */
  record Retry() implements Ending {}

  /** It is tried again after this time. */
  record Delay(Duration time) implements Ending {}

  /** It is set aside. */
  record Bury() implements Ending {}

  /** It is held against the job, like the death of a worker. */
  record Died() implements Ending {}
}
