package io.headrace.client;

/** What a {@link Worker} does with a job. */
@FunctionalInterface
public interface JobHandler {
  /**
   * Works on a job, on a virtual thread. While it does, the job is touched. It is interrupted when
   * the job is lost, or when the time for a stop is over; then it should return soon.
   *
   * @return what is to become of the job
   * @throws Exception anything: then {@link WorkOptions#onException} says what becomes of the job
   */
  Ending handle(HeldJob job) throws Exception;
}
