package io.headrace.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What all dockets are written with. */
final class DocketText {
  /** The name of this machine. Asked of the kernel: to ask Java is to open a socket. */
  static final String HOST = host();

  private DocketText() {}

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** A fact, as a line. */
  static String of(String key, Object value) {
    return key + ": " + value + '\n';
  }

  /**
   * At most so many bytes of it. Where that cuts something its end matters least, and the last line
   * most.
   *
   * @param last the last line, with its end
   */
  static byte[] fitted(byte[] whole, byte[] last, int max) {
    if (whole.length <= max) {
      return whole;
    }
    int kept = Math.min(max, last.length);
    var cut = new byte[max];
    System.arraycopy(whole, 0, cut, 0, max - kept);
    System.arraycopy(last, last.length - kept, cut, max - kept, kept);
    if (max > kept) {
      cut[max - kept - 1] = '\n';
    }
    return cut;
  }
}
