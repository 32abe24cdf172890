package io.headrace.queue;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Some values of a policy: those of a tube, or those that hold for all tubes. What is not set here
 * is whatever the next one says: a tube's settings lie over the server's, and those over what is
 * built in. Immutable.
 */
public final class PolicySettings {
  /** Nothing is set. */
  public static final PolicySettings NONE = new PolicySettings(unset(), TubeName.DEFAULT);

  private static final PolicyKey[] KEYS = PolicyKey.values();
  private static final long UNSET = -1;

  private final long[] values;
  private final TubeName moveTo;

  private PolicySettings(long[] values, TubeName moveTo) {
    this.values = values;
    // What nobody asks for any more is forgotten, as a replay does.
    this.moveTo = values[PolicyKey.ON_END.code()] == OnEnd.MOVE.code() ? moveTo : TubeName.DEFAULT;
  }

  private static long[] unset() {
    var values = new long[PolicyKey.CODES];
    Arrays.fill(values, UNSET);
    return values;
  }

  /**
   * These settings, with another value.
   *
   * @param value in the key's range
   */
  public PolicySettings with(PolicyKey key, long value) {
    Invariant.check(value >= key.min() && value <= key.max(), "a policy's value is in its range");
    var changed = values.clone();
    changed[key.code()] = value;
    return new PolicySettings(changed, moveTo);
  }

  /** These settings, but jobs that are poisoned or exhausted are moved to this tube. */
  public PolicySettings withMoveTo(TubeName tube) {
    return new PolicySettings(with(PolicyKey.ON_END, OnEnd.MOVE.code()).values, tube);
  }

  /** These settings, without a value for this key. */
  public PolicySettings without(PolicyKey key) {
    var changed = values.clone();
    changed[key.code()] = UNSET;
    return new PolicySettings(changed, moveTo);
  }

  /** What is set for this key here. */
  public OptionalLong get(PolicyKey key) {
    var value = values[key.code()];
    return value == UNSET ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Where jobs are moved, if {@link PolicyKey#ON_END} is set to {@link OnEnd#MOVE} here. */
  public TubeName moveTo() {
    return moveTo;
  }

  /** Whether nothing is set. */
  public boolean isEmpty() {
    for (var value : values) {
      if (value != UNSET) {
        return false;
      }
    }
    return true;
  }

  /** These settings, and where nothing is set here, those of the other. */
  public PolicySettings over(PolicySettings other) {
    var merged = values.clone();
    for (var i = 0; i < merged.length; i++) {
      merged[i] = merged[i] == UNSET ? other.values[i] : merged[i];
    }
    var moves = get(PolicyKey.ON_END).isPresent() ? moveTo : other.moveTo;
    return new PolicySettings(merged, moves);
  }

  /** The value for this key: what is set, or what is built in. */
  long value(PolicyKey key) {
    var value = values[key.code()];
    return value == UNSET ? key.builtIn() : value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PolicySettings that
        && Arrays.equals(values, that.values)
        && (value(PolicyKey.ON_END) != OnEnd.MOVE.code() || moveTo.equals(that.moveTo));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    for (var key : KEYS) {
      get(key).ifPresent(value -> text.append(key).append('=').append(value).append(' '));
    }
    return text.append(moveTo).append(']').toString();
  }
}
