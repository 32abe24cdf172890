package io.headrace.journal;

import java.util.concurrent.ConcurrentLinkedQueue;

/** What the journal's threads tell the loop. Whatever they found out is acted on by the loop. */
final class Mailbox {
  private final ConcurrentLinkedQueue<Runnable> letters = new ConcurrentLinkedQueue<>();
  private final Runnable wake;

  Mailbox(Runnable wake) {
    this.wake = wake;
  }

  /** Has the loop run this soon. Called from any thread. */
  void post(Runnable letter) {
    letters.add(letter);
    wake.run();
  }

  /** Runs what has come. Called on the loop's thread. */
  void open() {
    Runnable letter = letters.poll();
    while (letter != null) {
      letter.run();
      letter = letters.poll();
    }
  }
}
