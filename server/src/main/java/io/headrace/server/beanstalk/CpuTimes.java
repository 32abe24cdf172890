package io.headrace.server.beanstalk;

/** Processor time that this process has used, all its threads together. */
public interface CpuTimes {
  /** The times of a process that has used none, for simulations. */
  CpuTimes NONE =
      new CpuTimes() {
        @Override
        public long userMicros() {
          return 0;
        }

        @Override
        public long systemMicros() {
          return 0;
        }
      };

  /** In user mode, in microseconds. */
  long userMicros();

  /** In the kernel, in microseconds. */
  long systemMicros();
}
