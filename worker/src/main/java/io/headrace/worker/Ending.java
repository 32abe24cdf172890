package io.headrace.worker;

import java.time.Duration;

/** What becomes of a job whose script has ended by itself with a code other than 0. */
public sealed interface Ending {
  /** It is done. */
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
