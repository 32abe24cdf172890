package io.headrace.simulator;

/** The machine stops here: the power fails, or the process is killed. Nothing may catch it. */
final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1;

  SimulatedCrash(String at) {
    super(at, null, false, false);
  }
}
