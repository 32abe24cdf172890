package io.headrace.cli.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What became of every job: each body names its run and its number, so that a job that is lost,
 * comes twice, is damaged or is not ours is seen.
 */
final class Account {
  private static final byte SENT = 1;
  private static final byte ACKNOWLEDGED = 2;
  private static final byte TAKEN = 4;
  private static final byte DELETED = 8;

  private static final int FILLER_BYTES = 1 << 16;
  private static final int HEAD_BYTES = Load.BODY_BYTES_MIN;

  private final long run;
  private final int bodyBytes;
  private final byte[] states;
  private final long[] ids;
  private final byte[] filler;

  int sent;
  int acknowledged;
  int taken;
  int deleted;
  int refused;
  int duplicates;
  int corrupt;
  int foreign;
  int wrongId;
  int deleteNotFound;

  Account(long run, int bodyBytes, int jobsMax) {
    this.run = run;
    this.bodyBytes = bodyBytes;
    states = new byte[jobsMax];
    ids = new long[jobsMax];
    filler = new byte[FILLER_BYTES + bodyBytes];
    new SplittableRandom(run).nextBytes(filler);
  }

  /** Writes the body of the next job; returns its number. */
  int write(ByteBuffer to, long nowNs) {
    int number = sent++;
    states[number] = SENT;
    to.putLong(run).putLong(number).putLong(nowNs);
    to.put(filler, fillerAt(number), bodyBytes - HEAD_BYTES);
    return number;
  }

  private static int fillerAt(long number) {
    return (int) (number * 2_654_435_761L) & (FILLER_BYTES - 1);
  }

  void acknowledged(int number, long id) {
    states[number] |= ACKNOWLEDGED;
    acknowledged++;
    learn(number, id);
  }

  void refused(int number) {
    states[number] = 0;
    refused++;
  }

  /**
   * Checks a body that came.
   *
   * @return its number, or -1 when it is none of this run's
   */
  int taken(long id, byte[] in, int offset, int length) {
    var body = ByteBuffer.wrap(in, offset, length);
    if (length < HEAD_BYTES || body.getLong() != run) {
      foreign++;
      return -1;
    }
    long number = body.getLong();
    if (number < 0 || number >= sent) {
      corrupt++;
      return -1;
    }
    int known = (int) number;
    body.getLong();
    int from = fillerAt(number);
    boolean whole =
        length == bodyBytes
            && body.mismatch(ByteBuffer.wrap(filler, from, bodyBytes - HEAD_BYTES)) < 0;
    if (!whole) {
      corrupt++;
    }
    if ((states[known] & TAKEN) == 0) {
      taken++;
    } else {
      duplicates++;
    }
    states[known] |= TAKEN;
    learn(known, id);
    return known;
  }

  /** When the job was sent, as its body says. */
  static long sentNs(byte[] in, int offset) {
    return ByteBuffer.wrap(in).getLong(offset + 2 * Long.BYTES);
  }

  void deleted(int number) {
    deleted++;
    if (number >= 0) {
      states[number] |= DELETED;
    }
  }

  private void learn(int number, long id) {
    if (ids[number] != 0 && ids[number] != id) {
      wrongId++;
    }
    ids[number] = id;
  }

  /** Jobs that were acknowledged and never came. */
  int missing() {
    int missing = 0;
    for (int number = 0; number < sent; number++) {
      if ((states[number] & (ACKNOWLEDGED | TAKEN)) == ACKNOWLEDGED) {
        missing++;
      }
    }
    return missing;
  }

  /** Whether nothing came that must not come. */
  boolean clean() {
    return duplicates + corrupt + foreign + wrongId + deleteNotFound == 0;
  }
}
