package io.headrace.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How a snapshot holds policies, histories and what else is kept of deaths. */
final class EvidenceRecords {
  static final int SETTINGS_BYTES_MAX = 4 + 1 + PolicyKey.values().length * 9 + 2 + 512;
  static final int GATE_DEATH_BYTES_MAX = 4 + 3 * 8 + 1 + Limits.PEER_CHARS_MAX;
  static final int MISHAP_BYTES = 2 * 8 + 4;
  static final int DEATH_BYTES = 3 * 8 + 4 + 1;
  private static final int ATTEMPT_BYTES_MAX =
      4 * 4 + 4 * 8 + 1 + 1 + Limits.PEER_CHARS_MAX + 1 + Limits.LAST_SENT_CHARS_MAX;
  static final int HISTORY_BYTES_MAX =
      3 * 8 + 1 + Limits.SIGNATURE_CHARS_MAX + 1 + Limits.ATTEMPTS_KEPT * ATTEMPT_BYTES_MAX;
  static final int END_BYTES_MAX = 2 * 8 + 2 + 512 + 1 + 3 * 4 + 1 + ATTEMPT_BYTES_MAX;

  /** In the byte that says how an attempt ended: what its holder sent last follows the address. */
  private static final int WITH_LAST_SENT = 16;

  private EvidenceRecords() {}

  static void settings(ByteBuffer to, PolicySettings settings) {
    for (var key : PolicyKey.values()) {
      var value = settings.get(key);
      if (value.isPresent()) {
        to.put((byte) key.code()).putLong(value.getAsLong());
      }
    }
    to.put((byte) 0);
    name(to, settings.moveTo());
  }

  static PolicySettings settings(ByteBuffer from) {
    var settings = PolicySettings.NONE;
    for (var code = from.get(); code != 0; code = from.get()) {
      var key = keyOf(code);
      var value = from.getLong();
      require(value >= key.min() && value <= key.max(), "a policy out of its range");
      settings = settings.with(key, value);
    }
    var moveTo = name(from);
    var moves = settings.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code();
    return moves ? settings.withMoveTo(moveTo) : settings;
  }

  private static PolicyKey keyOf(byte code) {
    for (var key : PolicyKey.values()) {
      if (key.code() == code) {
        return key;
      }
    }
    throw new IllegalArgumentException("the snapshot has a policy of unknown kind " + code);
  }

  static void gateDeath(ByteBuffer to, Gate.Death death) {
    to.putLong(death.attempt()).putLong(death.job()).putLong(death.atNs());
    text(to, death.host());
  }

  static Gate.Death gateDeath(ByteBuffer from) {
    return new Gate.Death(from.getLong(), from.getLong(), from.getLong(), text(from));
  }

  static void mishap(ByteBuffer to, Mishap mishap) {
    to.putLong(mishap.atNs()).putLong(mishap.tubeOrdinal()).putInt(mishap.jobs());
  }

  static Mishap mishap(ByteBuffer from) {
    return new Mishap(from.getLong(), from.getLong(), from.getInt());
  }

  static void death(ByteBuffer to, RecentDeath death) {
    to.putLong(death.job())
        .putInt(death.attempt())
        .putLong(death.atNs())
        .putLong(death.tubeOrdinal())
        .put((byte) (death.counted() ? 1 : 0));
  }

  static RecentDeath death(ByteBuffer from) {
    return new RecentDeath(
        from.getLong(), from.getInt(), from.getLong(), from.getLong(), from.get() != 0);
  }

  static void history(ByteBuffer to, History history) {
    to.putLong(history.job).putLong(history.number).putLong(history.docket);
    text(to, history.signature);
    to.put((byte) history.attempts().size());
    history.attempts().forEach(attempt -> attempt(to, attempt));
  }

  static History history(ByteBuffer from) {
    var history = new History(from.getLong(), from.getLong());
    history.docket = from.getLong();
    history.signature = text(from);
    var attempts = from.get();
    require(attempts >= 0 && attempts <= Limits.ATTEMPTS_KEPT, "too many attempts of a job");
    for (var i = 0; i < attempts; i++) {
      history.add(attempt(from));
    }
    return history;
  }

  static void end(ByteBuffer to, EndRecord end) {
    to.putLong(end.job());
    name(to, end.tube());
    to.put((byte) end.cause().code())
        .putLong(end.atNs())
        .putInt(end.reserves())
        .putInt(end.bodyBytes())
        .putInt(end.bodyCrc32c())
        .put((byte) (end.last().isPresent() ? 1 : 0));
    end.last().ifPresent(attempt -> attempt(to, attempt));
  }

  static EndRecord end(ByteBuffer from) {
    return new EndRecord(
        from.getLong(),
        name(from),
        cause(from.get()),
        from.getLong(),
        from.getInt(),
        from.getInt(),
        from.getInt(),
        from.get() != 0 ? Optional.of(attempt(from)) : Optional.empty());
  }

  static EndCause cause(int code) {
    require(code >= 0 && code < EndCause.values().length, "a job that ended for no known reason");
    return EndCause.of(code);
  }

  private static void attempt(ByteBuffer to, Attempt attempt) {
    var said = attempt.lastSent().isEmpty() ? 0 : WITH_LAST_SENT;
    to.putInt(attempt.number())
        .putInt(attempt.session().epoch())
        .putLong(attempt.session().number())
        .putLong(attempt.sinceNs())
        .putLong(attempt.untilNs())
        .put((byte) (attempt.how().code() | said))
        .putInt(attempt.touches())
        .putInt(attempt.beside())
        .putLong(attempt.lateNs());
    text(to, attempt.peer());
    if (said != 0) {
      text(to, attempt.lastSent());
    }
  }

  private static Attempt attempt(ByteBuffer from) {
    var number = from.getInt();
    var session = new SessionId(from.getInt(), from.getLong());
    var sinceNs = from.getLong();
    var untilNs = from.getLong();
    var howAndSaid = from.get();
    var how = howAndSaid & ~WITH_LAST_SENT;
    require(how >= 0 && how < AttemptEnd.values().length, "an attempt that ended in no known way");
    var touches = from.getInt();
    var beside = from.getInt();
    var lateNs = from.getLong();
    var peer = text(from);
    return new Attempt(
        number,
        session,
        peer,
        sinceNs,
        untilNs,
        AttemptEnd.of(how),
        touches,
        beside,
        lateNs,
        how == howAndSaid ? "" : text(from));
  }

  static void text(ByteBuffer to, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    to.put((byte) bytes.length).put(bytes);
  }

  static String text(ByteBuffer from) {
    var length = from.get();
    require(length >= 0 && length <= Limits.SIGNATURE_CHARS_MAX, "a text that is too long");
    return text(from, length);
  }

  static String text(ByteBuffer from, int length) {
    var bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  static void name(ByteBuffer to, TubeName name) {
    to.putShort((short) name.length()).put(name.bytes());
  }

  static TubeName name(ByteBuffer from) {
    return name(from, Short.toUnsignedInt(from.getShort()));
  }

  static TubeName name(ByteBuffer from, int length) {
    require(length >= 1 && length <= TubeName.BYTES_MAX, "a tube of bad name");
    var bytes = new byte[length];
    from.get(bytes);
    return TubeName.of(bytes);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("the snapshot has " + otherwise);
    }
  }
}
