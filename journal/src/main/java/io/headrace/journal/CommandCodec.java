package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of commands, as docs/journal-format.md lists them: a kind, then its fields as {@link
 * Varint}s. Where a command brings a body, its fields end with its length and CRC32C; the body
 * itself follows them.
 */
final class CommandCodec {
  /** The most bytes that the fields of any command take. */
  static final int FIELDS_BYTES_MAX =
      TubeName.BYTES_MAX + 8 * 10 + PolicyCodec.BYTES_MAX + Limits.SIGNATURE_CHARS_MAX;

  static final int SESSION_OPEN = 1;
  static final int SESSION_CLOSE = 2;
  static final int USE = 3;
  static final int WATCH = 4;
  static final int IGNORE = 5;
  static final int PUT = 6;
  static final int SKIP_ID = 7;
  static final int RESERVE = 8;
  static final int CANCEL_RESERVE = 9;
  static final int RESERVE_JOB = 10;
  static final int DELETE = 11;
  static final int RELEASE = 12;
  static final int BURY = 13;
  static final int TOUCH = 14;
  static final int KICK = 15;
  static final int KICK_JOB = 16;
  static final int PAUSE_TUBE = 17;
  static final int CLEAR_TUBE = 18;
  static final int TICK = 19;
  static final int CONTINUE = 20;
  static final int RESTART = 21;
  static final int BODY_DAMAGED = 22;
  static final int DIED = 23;
  static final int RETRY_JOB = 24;
  static final int DROP_JOB = 25;
  static final int UNDROP_JOB = 26;
  static final int SET_POLICY = 27;
  static final int SET_DEFAULT_POLICY = 28;
  static final int PUT_KEYED = 29;
  static final int SET_KEY_WINDOW = 30;
  static final int DOCKET = 31;

  /** The largest body in bytes, as the queue states it. */
  private static final int BODY_BYTES_MAX = 1 << 30;

  private CommandCodec() {}

  /**
   * Whether the reply to a command must wait until the command is forced. After a crash, what the
   * others did is as if it had not happened: sessions are gone, and their jobs ready.
   */
  static boolean mustBeForced(Command command) {
    return switch (command) {
      case Command.Put _,
          Command.Delete _,
          Command.Release _,
          Command.Bury _,
          Command.Kick _,
          Command.KickJob _,
          Command.PauseTube _,
          Command.ClearTube _,
          Command.Died _,
          Command.Docket _,
          Command.RetryJob _,
          Command.DropJob _,
          Command.UndropJob _,
          Command.SetPolicy _,
          Command.SetDefaultPolicy _,
          Command.PutKeyed _,
          Command.SetKeyWindow _ ->
          true;
      case Command.SessionOpen _,
          Command.SessionClose _,
          Command.Use _,
          Command.Watch _,
          Command.Ignore _,
          Command.SkipId _,
          Command.Reserve _,
          Command.CancelReserve _,
          Command.ReserveJob _,
          Command.Touch _,
          Command.BodyDamaged _,
          Command.Tick _,
          Command.Continue _,
          Command.Restart _ ->
          false;
    };
  }

  static int kind(Command command) {
    return switch (command) {
      case Command.SessionOpen _ -> SESSION_OPEN;
      case Command.SessionClose _ -> SESSION_CLOSE;
      case Command.Use _ -> USE;
      case Command.Watch _ -> WATCH;
      case Command.Ignore _ -> IGNORE;
      case Command.Put _ -> PUT;
      case Command.SkipId _ -> SKIP_ID;
      case Command.Reserve _ -> RESERVE;
      case Command.CancelReserve _ -> CANCEL_RESERVE;
      case Command.ReserveJob _ -> RESERVE_JOB;
      case Command.Delete _ -> DELETE;
      case Command.Release _ -> RELEASE;
      case Command.Bury _ -> BURY;
      case Command.Touch _ -> TOUCH;
      case Command.Kick _ -> KICK;
      case Command.KickJob _ -> KICK_JOB;
      case Command.PauseTube _ -> PAUSE_TUBE;
      case Command.ClearTube _ -> CLEAR_TUBE;
      case Command.Tick _ -> TICK;
      case Command.Continue _ -> CONTINUE;
      case Command.Restart _ -> RESTART;
      case Command.BodyDamaged _ -> BODY_DAMAGED;
      case Command.Died _ -> DIED;
      case Command.Docket _ -> DOCKET;
      case Command.RetryJob _ -> RETRY_JOB;
      case Command.DropJob _ -> DROP_JOB;
      case Command.UndropJob _ -> UNDROP_JOB;
      case Command.SetPolicy _ -> SET_POLICY;
      case Command.SetDefaultPolicy _ -> SET_DEFAULT_POLICY;
      case Command.PutKeyed _ -> PUT_KEYED;
      case Command.SetKeyWindow _ -> SET_KEY_WINDOW;
    };
  }

  /** Appends the fields of a command; {@code to} has room for {@link #FIELDS_BYTES_MAX}. */
  static void writeFields(ByteBuffer to, Command command) {
    switch (command) {
      case Command.SessionOpen open -> {
        session(to, open.by());
        text(to, open.peer());
      }
      case Command.SessionClose close -> {
        session(to, close.by());
        Varint.put(to, close.how().code());
      }
      case Command.Use use -> {
        session(to, use.by());
        tube(to, use.tube());
      }
      case Command.Watch watch -> {
        session(to, watch.by());
        tube(to, watch.tube());
      }
      case Command.Ignore ignore -> {
        session(to, ignore.by());
        tube(to, ignore.tube());
      }
      case Command.Put put -> put(to, put);
      case Command.Died died -> docket(to, died.by(), died.job(), died.signature(), died.body());
      case Command.Docket docket ->
          docket(to, docket.by(), docket.job(), docket.signature(), docket.body());
      case Command.Reserve reserve -> {
        session(to, reserve.by());
        Varint.put(to, reserve.timeoutNs() - Command.FOREVER);
      }
      case Command.CancelReserve cancel -> session(to, cancel.by());
      case Command.ReserveJob reserve -> job(to, reserve.by(), reserve.job());
      case Command.Delete delete -> job(to, delete.by(), delete.job());
      case Command.Release release -> {
        session(to, release.by());
        Varint.put(to, release.job());
        Varint.put(to, release.priority());
        Varint.put(to, release.delayNs());
      }
      case Command.Bury bury -> {
        session(to, bury.by());
        Varint.put(to, bury.job());
        Varint.put(to, bury.priority());
      }
      case Command.Touch touch -> job(to, touch.by(), touch.job());
      case Command.Kick kick -> {
        session(to, kick.by());
        Varint.put(to, kick.bound());
      }
      case Command.KickJob kick -> job(to, kick.by(), kick.job());
      case Command.PauseTube pause -> {
        session(to, pause.by());
        tube(to, pause.tube());
        Varint.put(to, pause.delayNs());
      }
      case Command.ClearTube clear -> {
        session(to, clear.by());
        tube(to, clear.tube());
      }
      case Command.RetryJob retry -> job(to, retry.by(), retry.job());
      case Command.DropJob drop -> job(to, drop.by(), drop.job());
      case Command.UndropJob undrop -> job(to, undrop.by(), undrop.job());
      case Command.SetPolicy set -> {
        session(to, set.by());
        tube(to, set.tube());
        PolicyCodec.write(to, set.set());
        Varint.put(to, set.cleared());
      }
      case Command.SetDefaultPolicy set -> PolicyCodec.write(to, set.settings());
      case Command.PutKeyed keyed -> {
        text(to, keyed.key());
        put(to, keyed.put());
      }
      case Command.SetKeyWindow set -> Varint.put(to, set.windowNs());
      case Command.SkipId _, Command.Tick _, Command.Continue _ -> {}
      case Command.Restart restart -> Varint.put(to, restart.epoch());
      case Command.BodyDamaged damaged -> Varint.put(to, damaged.job());
    }
  }

  /** Reads the fields of a command of this kind: all that remains. A body's reference is 0. */
  static Command readFields(int kind, ByteBuffer from) throws MalformedException {
    Command command =
        switch (kind) {
          case SESSION_OPEN ->
              new Command.SessionOpen(session(from), text(from, Limits.PEER_CHARS_MAX));
          case SESSION_CLOSE -> new Command.SessionClose(session(from), sessionEnd(from));
          case USE -> new Command.Use(session(from), tube(from));
          case WATCH -> new Command.Watch(session(from), tube(from));
          case IGNORE -> new Command.Ignore(session(from), tube(from));
          case PUT -> put(from);
          case SKIP_ID -> new Command.SkipId();
          case RESERVE -> new Command.Reserve(session(from), Varint.get(from) + Command.FOREVER);
          case CANCEL_RESERVE -> new Command.CancelReserve(session(from));
          case RESERVE_JOB -> new Command.ReserveJob(session(from), Varint.get(from));
          case DELETE -> new Command.Delete(session(from), Varint.get(from));
          case RELEASE ->
              new Command.Release(
                  session(from), Varint.get(from), Varint.get(from), Varint.get(from));
          case BURY -> new Command.Bury(session(from), Varint.get(from), Varint.get(from));
          case TOUCH -> new Command.Touch(session(from), Varint.get(from));
          case KICK -> new Command.Kick(session(from), Varint.get(from));
          case KICK_JOB -> new Command.KickJob(session(from), Varint.get(from));
          case PAUSE_TUBE -> new Command.PauseTube(session(from), tube(from), Varint.get(from));
          case CLEAR_TUBE -> new Command.ClearTube(session(from), tube(from));
          case TICK -> new Command.Tick();
          case CONTINUE -> new Command.Continue();
          case RESTART -> new Command.Restart(number(from, Integer.MAX_VALUE, "epoch"));
          case BODY_DAMAGED -> new Command.BodyDamaged(Varint.get(from));
          case DIED ->
              new Command.Died(
                  session(from),
                  Varint.get(from),
                  text(from, Limits.SIGNATURE_CHARS_MAX),
                  body(from));
          case DOCKET ->
              new Command.Docket(
                  session(from),
                  Varint.get(from),
                  text(from, Limits.SIGNATURE_CHARS_MAX),
                  body(from));
          case RETRY_JOB -> new Command.RetryJob(session(from), Varint.get(from));
          case DROP_JOB -> new Command.DropJob(session(from), Varint.get(from));
          case UNDROP_JOB -> new Command.UndropJob(session(from), Varint.get(from));
          case SET_POLICY ->
              new Command.SetPolicy(
                  session(from), tube(from), PolicyCodec.read(from), Varint.get(from));
          case SET_DEFAULT_POLICY -> new Command.SetDefaultPolicy(PolicyCodec.read(from));
          case PUT_KEYED -> putKeyed(from);
          case SET_KEY_WINDOW -> new Command.SetKeyWindow(Varint.get(from));
          default -> throw new MalformedException("there is no command of kind " + kind);
        };
    if (from.hasRemaining()) {
      throw new MalformedException(from.remaining() + " bytes follow the fields of a command");
    }
    return command;
  }

  private static void docket(ByteBuffer to, SessionId by, long job, String signature, Body docket) {
    session(to, by);
    Varint.put(to, job);
    text(to, signature);
    body(to, docket);
  }

  private static void session(ByteBuffer to, SessionId id) {
    Varint.put(to, id.epoch());
    Varint.put(to, id.number());
  }

  private static SessionId session(ByteBuffer from) throws MalformedException {
    int epoch = number(from, Integer.MAX_VALUE, "epoch");
    return new SessionId(epoch, Varint.get(from));
  }

  private static SessionEnd sessionEnd(ByteBuffer from) throws MalformedException {
    return SessionEnd.of(number(from, SessionEnd.values().length - 1, "end of a session"));
  }

  private static void job(ByteBuffer to, SessionId by, long job) {
    session(to, by);
    Varint.put(to, job);
  }

  private static void put(ByteBuffer to, Command.Put put) {
    session(to, put.by());
    Varint.put(to, put.priority());
    Varint.put(to, put.delayNs());
    Varint.put(to, put.ttrNs());
    body(to, put.body());
  }

  private static Command.Put put(ByteBuffer from) throws MalformedException {
    return new Command.Put(
        session(from), Varint.get(from), Varint.get(from), Varint.get(from), body(from));
  }

  private static Command.PutKeyed putKeyed(ByteBuffer from) throws MalformedException {
    String key = text(from, Limits.KEY_CHARS_MAX);
    if (key.isEmpty()) {
      throw new MalformedException("a key is empty");
    }
    return new Command.PutKeyed(put(from), key);
  }

  private static void body(ByteBuffer to, Body body) {
    Varint.put(to, body.bytes());
    to.putInt(body.crc32c());
  }

  private static void text(ByteBuffer to, String text) {
    int length = text.length();
    Varint.put(to, length);
    for (int i = 0; i < length; i++) {
      to.put((byte) text.charAt(i));
    }
  }

  private static String text(ByteBuffer from, int max) throws MalformedException {
    int length = number(from, max, "length of a text");
    if (length > from.remaining()) {
      throw new MalformedException("a text is cut short");
    }
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  static void tube(ByteBuffer to, TubeName tube) {
    int length = tube.length();
    Varint.put(to, length);
    for (int i = 0; i < length; i++) {
      to.put(tube.byteAt(i));
    }
  }

  static TubeName tube(ByteBuffer from) throws MalformedException {
    int length = number(from, TubeName.BYTES_MAX, "length of a tube name");
    if (length == 0 || length > from.remaining()) {
      throw new MalformedException("the name of a tube is cut short");
    }
    byte[] name = new byte[length];
    from.get(name);
    return TubeName.of(name);
  }

  private static Body body(ByteBuffer from) throws MalformedException {
    int bytes = number(from, BODY_BYTES_MAX, "length of a body");
    if (from.remaining() < Integer.BYTES) {
      throw new MalformedException("the checksum of a body is missing");
    }
    return new Body(0, bytes, from.getInt());
  }

  static int number(ByteBuffer from, int max, String what) throws MalformedException {
    long number = Varint.get(from);
    if (number < 0 || number > max) {
      throw new MalformedException("the " + what + " is " + number + ", more than " + max);
    }
    return (int) number;
  }
}
