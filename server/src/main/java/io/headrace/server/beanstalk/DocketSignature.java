package io.headrace.server.beanstalk;

import io.headrace.journal.BodyStore;
import io.headrace.queue.Body;
import io.headrace.queue.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a bad end has in common with others like it: the last line of its docket that is not empty,
 * with numbers and addresses made alike.
 */
final class DocketSignature {
  /** So much of a docket's end is looked at, in bytes. */
  private static final int TAIL_BYTES = 4096;

  private DocketSignature() {}

  static String of(BodyStore bodies, Body docket) {
    int bytes = Math.min(TAIL_BYTES, docket.bytes());
    ByteBuffer tail = ByteBuffer.allocate(bytes);
    bodies.read(docket.ref(), docket.bytes() - bytes, bytes, tail);
    return of(new String(tail.array(), StandardCharsets.ISO_8859_1));
  }

  static String of(String docket) {
    String last = docket.strip();
    last = last.substring(last.lastIndexOf('\n') + 1).strip();
    String alike =
        last.replaceAll("0x[0-9a-fA-F]+|\\d+", "N").replaceAll("[^ -~]", "?").replaceAll(" +", " ");
    return alike.substring(0, Math.min(alike.length(), Limits.SIGNATURE_CHARS_MAX));
  }
}
