package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes of commands, as docs/journal-format.md lists them: a kind, then its fields as {@link
 * Varint}s. Where a command brings a body, its fields end with its length and CRC32C; the body
 * itself follows them.
 *
 * <p>The most frequent commands come first in each switch: the cases are tried one by one.
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
  static final int LAST_SENT = 32;

  /** The largest body in bytes, as the queue states it. */
  private static final int BODY_BYTES_MAX = 1 << 30;

  private CommandCodec() {}

  /**
   * Whether the reply to a command must wait until the command is forced. After a crash, what the
   * others did is as if it had not happened: sessions are gone, and their jobs ready.
   */
  static boolean mustBeForced(Command command) {
    return switch (command) {
      case Command.Put _, Command.Delete _ -> true;
      case Command.Reserve _, Command.Touch _ -> false;
      case Command.Release _,
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
          Command.CancelReserve _,
          Command.ReserveJob _,
          Command.BodyDamaged _,
          Command.LastSent _,
          Command.Tick _,
          Command.Continue _,
          Command.Restart _ ->
          false;
    };
  }

  static int kind(Command command) {
    return switch (command) {
      case Command.Put _ -> PUT;
      case Command.Reserve _ -> RESERVE;
      case Command.Delete _ -> DELETE;
      case Command.SessionOpen _ -> SESSION_OPEN;
      case Command.SessionClose _ -> SESSION_CLOSE;
      case Command.Use _ -> USE;
      case Command.Watch _ -> WATCH;
      case Command.Ignore _ -> IGNORE;
      case Command.SkipId _ -> SKIP_ID;
      case Command.CancelReserve _ -> CANCEL_RESERVE;
      case Command.ReserveJob _ -> RESERVE_JOB;
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
      case Command.LastSent _ -> LAST_SENT;
    };
  }

  /** Appends the fields of a command; {@code to} has room for {@link #FIELDS_BYTES_MAX}. */
  static void writeFields(ByteBuffer to, Command command) {
    switch (command) {
      case Command.Put put -> put(to, put);
      case Command.Reserve reserve -> {
        session(to, reserve.by());
        Varint.put(to, reserve.timeoutNs() - Command.FOREVER);
      }
      case Command.Delete delete -> job(to, delete.by(), delete.job());
      case Command.SessionOpen open -> {
        session(to, open.by());
        text(to, open.peer());
      }
      case Command.SessionClose close -> {
        session(to, close.by());
        Varint.put(to, close.how().code());
        if (!close.lastSent().isEmpty()) {
          text(to, close.lastSent());
        }
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
      case Command.Died died -> docket(to, died.by(), died.job(), died.signature(), died.body());
      case Command.Docket docket ->
          docket(to, docket.by(), docket.job(), docket.signature(), docket.body());
      case Command.CancelReserve cancel -> session(to, cancel.by());
      case Command.ReserveJob reserve -> job(to, reserve.by(), reserve.job());
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
      case Command.LastSent said -> lastSent(to, said);
    }
  }

  /** Reads the fields of a command of this kind: all that remains. A body's reference is 0. */
  static Command readFields(int kind, Fields from) throws MalformedException {
    Command command =
        switch (kind) {
          case SESSION_OPEN ->
              new Command.SessionOpen(session(from), text(from, Limits.PEER_CHARS_MAX));
          case SESSION_CLOSE -> sessionClose(from);
          case USE -> new Command.Use(session(from), tube(from));
          case WATCH -> new Command.Watch(session(from), tube(from));
          case IGNORE -> new Command.Ignore(session(from), tube(from));
          case PUT -> put(from);
          case SKIP_ID -> new Command.SkipId();
          case RESERVE -> new Command.Reserve(session(from), from.varint() + Command.FOREVER);
          case CANCEL_RESERVE -> new Command.CancelReserve(session(from));
          case RESERVE_JOB -> new Command.ReserveJob(session(from), from.varint());
          case DELETE -> new Command.Delete(session(from), from.varint());
          case RELEASE ->
              new Command.Release(session(from), from.varint(), from.varint(), from.varint());
          case BURY -> new Command.Bury(session(from), from.varint(), from.varint());
          case TOUCH -> new Command.Touch(session(from), from.varint());
          case KICK -> new Command.Kick(session(from), from.varint());
          case KICK_JOB -> new Command.KickJob(session(from), from.varint());
          case PAUSE_TUBE -> new Command.PauseTube(session(from), tube(from), from.varint());
          case CLEAR_TUBE -> new Command.ClearTube(session(from), tube(from));
          case TICK -> new Command.Tick();
          case CONTINUE -> new Command.Continue();
          case RESTART -> new Command.Restart(from.number(Integer.MAX_VALUE, "epoch"));
          case BODY_DAMAGED -> new Command.BodyDamaged(from.varint());
          case DIED ->
              new Command.Died(
                  session(from), from.varint(), text(from, Limits.SIGNATURE_CHARS_MAX), body(from));
          case DOCKET ->
              new Command.Docket(
                  session(from), from.varint(), text(from, Limits.SIGNATURE_CHARS_MAX), body(from));
          case RETRY_JOB -> new Command.RetryJob(session(from), from.varint());
          case DROP_JOB -> new Command.DropJob(session(from), from.varint());
          case UNDROP_JOB -> new Command.UndropJob(session(from), from.varint());
          case SET_POLICY ->
              new Command.SetPolicy(
                  session(from), tube(from), PolicyCodec.read(from), from.varint());
          case SET_DEFAULT_POLICY -> new Command.SetDefaultPolicy(PolicyCodec.read(from));
          case PUT_KEYED -> putKeyed(from);
          case SET_KEY_WINDOW -> new Command.SetKeyWindow(from.varint());
          case LAST_SENT -> lastSent(from);
          default -> throw new MalformedException("there is no command of kind " + kind);
        };
    if (from.remaining() > 0) {
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

  private static SessionId session(Fields from) throws MalformedException {
    int epoch = from.number(Integer.MAX_VALUE, "epoch");
    return from.session(epoch, from.varint());
  }

  private static Command.SessionClose sessionClose(Fields from) throws MalformedException {
    SessionId by = session(from);
    SessionEnd how = sessionEnd(from);
    return from.remaining() > 0
        ? new Command.SessionClose(by, how, lastBytes(from))
        : new Command.SessionClose(by, how);
  }

  private static String lastBytes(Fields from) throws MalformedException {
    return filledText(from, Limits.LAST_SENT_CHARS_MAX, "end of a session's bytes");
  }

  private static void lastSent(ByteBuffer to, Command.LastSent said) {
    session(to, said.holder());
    text(to, said.text());
    Varint.put(to, said.jobs().size());
    said.jobs().forEach(job -> Varint.put(to, job));
  }

  private static Command.LastSent lastSent(Fields from) throws MalformedException {
    SessionId holder = session(from);
    String text = lastBytes(from);
    int count = from.number(Limits.LAST_SENT_JOBS_MAX, "number of jobs");
    if (count == 0) {
      throw new MalformedException("the end of a session's bytes is of no job");
    }
    Long[] jobs = new Long[count];
    for (int i = 0; i < count; i++) {
      jobs[i] = from.varint();
    }
    return new Command.LastSent(holder, List.of(jobs), text);
  }

  private static SessionEnd sessionEnd(Fields from) throws MalformedException {
    return SessionEnd.of(from.number(SessionEnd.values().length - 1, "end of a session"));
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

  private static Command.Put put(Fields from) throws MalformedException {
    return new Command.Put(session(from), from.varint(), from.varint(), from.varint(), body(from));
  }

  private static Command.PutKeyed putKeyed(Fields from) throws MalformedException {
    String key = filledText(from, Limits.KEY_CHARS_MAX, "key");
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

  private static String text(Fields from, int max) throws MalformedException {
    int length = from.number(max, "length of a text");
    return new String(from.take(length, "a text"), StandardCharsets.ISO_8859_1);
  }

  private static String filledText(Fields from, int max, String what) throws MalformedException {
    String text = text(from, max);
    if (text.isEmpty()) {
      throw new MalformedException("the " + what + " is empty");
    }
    return text;
  }

  static void tube(ByteBuffer to, TubeName tube) {
    int length = tube.length();
    Varint.put(to, length);
    for (int i = 0; i < length; i++) {
      to.put(tube.byteAt(i));
    }
  }

  static TubeName tube(Fields from) throws MalformedException {
    int length = from.number(TubeName.BYTES_MAX, "length of a tube name");
    if (length == 0) {
      throw new MalformedException("the name of a tube is empty");
    }
    return TubeName.of(from.take(length, "the name of a tube"));
  }

  private static Body body(Fields from) throws MalformedException {
    int bytes = from.number(BODY_BYTES_MAX, "length of a body");
    return new Body(0, bytes, from.fixed32("the checksum of a body"));
  }
}
