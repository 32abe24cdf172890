package io.headrace.journal;

import io.headrace.queue.Command;
import java.util.Arrays;

/** What tests of a journal under load have in common. */
final class Workload {
  private Workload() {}

  static byte[] body(int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) 7);
    return body;
  }

  static void touches(Shell shell) {
    for (int k = 0; k < 60; k++) {
      shell.submit(new Command.Touch(shell.session, 1));
    }
    shell.turn();
  }

  static void quiesce(Shell shell, ManualThread forces, ManualThread chores) {
    for (int i = 0; i < 2000; i++) {
      shell.turn();
      forces.join();
      chores.join();
      if (i % 5 == 0) {
        forces.passTime();
        chores.passTime();
      }
    }
    shell.turn();
  }
}
