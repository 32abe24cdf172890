package io.headrace.server;

/** What {@code stats} says of the journal's files. Read on the loop's thread. */
public interface LogFacts {
  /** The facts of a server that keeps nothing on disk: all 0. */
  LogFacts NONE =
      new LogFacts() {
        @Override
        public long oldestIndex() {
          return 0;
        }

        @Override
        public long currentIndex() {
          return 0;
        }

        @Override
        public long recordsMigrated() {
          return 0;
        }

        @Override
        public long recordsWritten() {
          return 0;
        }

        @Override
        public long maxSizeBytes() {
          return 0;
        }
      };

  /** The number of the oldest segment. */
  long oldestIndex();

  /** The number of the segment that is being written. */
  long currentIndex();

  /** Bodies copied forward from old segments since the start. */
  long recordsMigrated();

  /** Entries written since the start. */
  long recordsWritten();

  /** The size of a segment in bytes. */
  long maxSizeBytes();
}
