package io.headrace.worker.process;

/** How a process ended, as wait(2) tells it: exit 137 is not SIGKILL. */
public sealed interface WaitStatus {
  /** It ended by itself, with a code of 0 to 255. */
  record Exited(int code) implements WaitStatus {
    @Override
    public String toString() {
      return "exit " + code;
    }
  }

  /** A signal ended it, and perhaps left an image of its memory. */
  record Killed(int signal, boolean core) implements WaitStatus {
    @Override
    public String toString() {
      return SignalName.of(signal) + (core ? ", core dumped" : "");
    }
  }

  /** Takes the status word apart. */
  static WaitStatus of(int word) {
    int signal = word & 0x7f;
    return signal == 0 ? new Exited((word >> 8) & 0xff) : new Killed(signal, (word & 0x80) != 0);
  }
}
