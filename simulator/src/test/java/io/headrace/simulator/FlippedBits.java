package io.headrace.simulator;

import io.headrace.journal.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;

/** Starts on a disk of which one bit has turned over. */
final class FlippedBits {
  private static final int FLIPS_A_FILE = 40;

  private FlippedBits() {}

  /**
   * Has each file of the host, whose server has ended, read with one bit wrong, again and again.
   */
  static void startOnEach(Host host, SplittableRandom random) {
    for (String name : host.disk().names()) {
      int bytes = usedBytes(host.disk(), name);
      for (int i = 0; i < FLIPS_A_FILE && bytes > 0; i++) {
        flip(host, name, random.nextInt(bytes), 1 << random.nextInt(8), random);
      }
    }
  }

  private static int usedBytes(FakeDisk disk, String name) {
    try {
      byte[] bytes = disk.bytesOf(name);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] == 0) {
        end--;
      }
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(Host host, String name, int at, int mask, SplittableRandom random) {
    var disk = host.disk().copy(random.split());
    try {
      disk.flip(name, at, mask);
      var _ = host.startOn(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JournalException e) {
      String message = String.valueOf(e.getMessage());
      Violation.unless(
          message.contains(".seg") || message.contains(".bodies") || message.contains(".snap"),
          "G9: the refusal names no file: %s",
          message);
    } finally {
      // Many are started in one story, and mostly in vain.
      StoryMemory.giveBack();
    }
  }
}
