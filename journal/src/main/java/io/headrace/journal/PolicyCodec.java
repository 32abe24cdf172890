package io.headrace.journal;

import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The bytes of a policy: code and value of each key that is set, then 0; and where jobs move. */
final class PolicyCodec {
  /** The most bytes that a policy takes. */
  static final int BYTES_MAX = PolicyKey.values().length * 11 + 1 + 2 + TubeName.BYTES_MAX;

  private PolicyCodec() {}

  static void write(ByteBuffer to, PolicySettings settings) {
    for (PolicyKey key : PolicyKey.values()) {
      OptionalLong value = settings.get(key);
      if (value.isPresent()) {
        Varint.put(to, key.code());
        Varint.put(to, value.getAsLong());
      }
    }
    Varint.put(to, 0);
    if (moves(settings)) {
      CommandCodec.tube(to, settings.moveTo());
    }
  }

  static PolicySettings read(Fields from) throws MalformedException {
    PolicySettings settings = PolicySettings.NONE;
    for (long code = from.varint(); code != 0; code = from.varint()) {
      PolicyKey key = keyOf(code);
      long value = from.varint();
      if (value < key.min() || value > key.max()) {
        throw new MalformedException("the policy " + key + " is " + value);
      }
      settings = settings.with(key, value);
    }
    return moves(settings) ? settings.withMoveTo(CommandCodec.tube(from)) : settings;
  }

  private static boolean moves(PolicySettings settings) {
    return settings.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code();
  }

  private static PolicyKey keyOf(long code) throws MalformedException {
    for (PolicyKey key : PolicyKey.values()) {
      if (key.code() == code) {
        return key;
      }
    }
    throw new MalformedException("there is no policy of code " + code);
  }
}
