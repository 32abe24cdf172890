package io.headrace.cli;

import io.headrace.journal.RecoveryListener;
import java.util.Locale;

/** Says on stderr how recovery goes: a line about ten times a gigabyte, and one at its end. */
final class RecoveryLines implements RecoveryListener {
  private static final double MIB = 1 << 20;

  @Override
  public void progress(long doneBytes, long ofBytes, long entries, long jobs) {
    if (ofBytes == 0) {
      return;
    }
    Output.note(
        String.format(
            Locale.ROOT,
            "recovery: %.1f MiB of the journal read, %,d entries replayed, %,d jobs",
            doneBytes / MIB,
            entries,
            jobs));
  }

  @Override
  public void notice(String message) {
    Output.note(message);
  }
}
