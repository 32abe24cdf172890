package io.headrace.journal;

import java.nio.ByteBuffer;

/** A body in memory that is written piece by piece. */
final class BodyFilling {
  private final BodyStore bodies;
  private final long ref;
  private int done;

  BodyFilling(BodyStore bodies, long ref) {
    this.bodies = bodies;
    this.ref = ref;
  }

  int done() {
    return done;
  }

  void put(ByteBuffer piece) {
    int length = piece.remaining();
    bodies.write(ref, done, piece);
    done += length;
  }
}
