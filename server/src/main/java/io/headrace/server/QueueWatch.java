package io.headrace.server;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.OnEnd;
import io.headrace.queue.TubeName;

/**
 * Who is told what becomes of attempts and jobs, beside the sessions; see {@link
 * io.headrace.queue.Effects} for what each means. Called on the loop's thread, often for each job:
 * what it does must be short, and must not wait.
 */
public interface QueueWatch {
  /** Nobody is told. */
  QueueWatch NOBODY =
      new QueueWatch() {
        @Override
        public void attemptBegan(TubeName tube, long waitedNs) {}

        @Override
        public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {}

        @Override
        public void jobEnded(long nowNs, long job, TubeName tube, EndCause cause, OnEnd done) {}

        @Override
        public void jobStruggles(long nowNs, long job, TubeName tube) {}

        @Override
        public void tubeSick(long nowNs, TubeName tube, boolean sick, long beganNs, String host) {}
      };

  /** A session has got a job. */
  void attemptBegan(TubeName tube, long waitedNs);

  /** An attempt has ended. */
  void attemptEnded(TubeName tube, AttemptEnd how, long ranNs);

  /** A policy has ended a job, or a drop of it is final. */
  void jobEnded(long nowNs, long job, TubeName tube, EndCause cause, OnEnd done);

  /** A job was tried often and in vain. */
  void jobStruggles(long nowNs, long job, TubeName tube);

  /** A tube's workers die so much that no job is to blame, or that is over. */
  void tubeSick(long nowNs, TubeName tube, boolean sick, long beganNs, String host);
}
