package io.headrace.server.beanstalk;

/** What one session may do. Asked by its decoder before anything of a request is acted on. */
interface Permit {
  /** Everything; there are no tokens. */
  Permit EVERYTHING =
      new Permit() {
        @Override
        public Verb judge(Verb verb, RequestLine request) {
          return verb;
        }

        @Override
        public boolean dependsOnTubes() {
          return false;
        }

        @Override
        public boolean hasHadItsTries() {
          return false;
        }
      };

  /** Returns the verb when the session may do that, and else the one that says why not. */
  Verb judge(Verb verb, RequestLine request);

  /** Whether what is allowed depends on the tubes that the session uses and watches. */
  boolean dependsOnTubes();

  /** Whether it was {@link Verb#UNAUTHORIZED} so often that the connection is to be closed. */
  boolean hasHadItsTries();
}
