package io.headrace.server.beanstalk;

import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;

/**
 * One command line taken apart. Commands are told by their prefix and in the order of beanstalkd's
 * {@code which_cmd}, so that {@code quitfoo} quits and {@code statsx} is BAD_FORMAT. Headrace's own
 * are told by the whole word, after all of beanstalkd's: none can hide one of those.
 */
final class RequestLine {
  /** Most jobs that one {@code list-jobs} may ask for. */
  static final int LIST_JOBS_MAX = 1000;

  private static final long NS_PER_S = 1_000_000_000;
  private static final long U64_MAX = -1;

  private static final byte[] PUT = bytes("put ");
  private static final byte[] PEEK = bytes("peek ");
  private static final byte[] PEEK_READY = bytes("peek-ready");
  private static final byte[] PEEK_DELAYED = bytes("peek-delayed");
  private static final byte[] PEEK_BURIED = bytes("peek-buried");
  private static final byte[] RESERVE_WITH_TIMEOUT = bytes("reserve-with-timeout ");
  private static final byte[] RESERVE_JOB = bytes("reserve-job ");
  private static final byte[] RESERVE = bytes("reserve");
  private static final byte[] DELETE = bytes("delete ");
  private static final byte[] RELEASE = bytes("release ");
  private static final byte[] BURY = bytes("bury ");
  private static final byte[] KICK = bytes("kick ");
  private static final byte[] KICK_JOB = bytes("kick-job ");
  private static final byte[] TOUCH = bytes("touch ");
  private static final byte[] STATS_JOB = bytes("stats-job ");
  private static final byte[] STATS_TUBE = bytes("stats-tube ");
  private static final byte[] STATS = bytes("stats");
  private static final byte[] USE = bytes("use ");
  private static final byte[] WATCH = bytes("watch ");
  private static final byte[] IGNORE = bytes("ignore ");
  private static final byte[] LIST_TUBES_WATCHED = bytes("list-tubes-watched");
  private static final byte[] LIST_TUBE_USED = bytes("list-tube-used");
  private static final byte[] LIST_TUBES = bytes("list-tubes");
  private static final byte[] QUIT = bytes("quit");
  private static final byte[] PAUSE_TUBE = bytes("pause-tube");

  private static final byte[] CLEAR_TUBE = bytes("clear-tube ");
  private static final byte[] LIST_JOBS = bytes("list-jobs ");
  private static final byte[] SHOW_TUBE = bytes("show-tube ");
  private static final byte[] LIST_CONNECTIONS = bytes("list-connections ");
  private static final byte[] CLOSE_CONNECTION = bytes("close-connection ");
  private static final byte[] DRAIN = bytes("drain");
  private static final byte[] UNDRAIN = bytes("undrain");
  private static final byte[] SHUTDOWN = bytes("shutdown");

  private static final byte[] PUT_KEY = bytes("put-key ");
  private static final byte[] DIED = bytes("died ");
  private static final byte[] DOCKET = bytes("docket ");
  private static final byte[] SHOW_JOB = bytes("show-job ");
  private static final byte[] SHOW_HELD = bytes("show-held");
  private static final byte[] SET_TUBE = bytes("set-tube ");
  private static final byte[] LIST_DEAD = bytes("list-dead ");
  private static final byte[] LIST_ENDED = bytes("list-ended ");
  private static final byte[] RETRY_JOB = bytes("retry-job ");
  private static final byte[] DROP_JOB = bytes("drop-job ");
  private static final byte[] UNDROP_JOB = bytes("undrop-job ");
  private static final byte[] PEEK_DOCKET = bytes("peek-docket ");
  private static final byte[] AUTH = bytes("auth ");

  private static final byte[] LIST_EXTENSIONS = bytes("list-extensions");
  private static final byte[] LIST_CAPTURES = bytes("list-captures");
  private static final byte[] GET_CAPTURE = bytes("get-capture ");
  private static final byte[] CAPTURE_CONNECTION = bytes("capture-connection ");
  private static final byte[] DELETE_CAPTURE = bytes("delete-capture ");

  private static final byte[] READY_STATE = bytes("ready");
  private static final byte[] DELAYED_STATE = bytes("delayed");
  private static final byte[] RESERVED_STATE = bytes("reserved");
  private static final byte[] BURIED_STATE = bytes("buried");

  private final LineParser line;

  private long number;
  private long priority;
  private long delayNs;
  private long ttrNs;
  private long bodyBytes;
  private TubeName tube = TubeName.DEFAULT;
  private JobState state = JobState.READY;
  private String words = "";
  private String key = "";
  private long after;

  /** A request read from the buffer that lines are put into. */
  RequestLine(byte[] buffer) {
    line = new LineParser(buffer);
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  /** The id a command names; 0, which no job has, when it is larger than an id can be. */
  long job() {
    return Math.max(number, 0);
  }

  /** The bound of a kick, the time-out of a reserve in nanoseconds, the length of a list. */
  long number() {
    return number;
  }

  long priority() {
    return priority;
  }

  long delayNs() {
    return delayNs;
  }

  /** The time to run; at least a second, since beanstalkd gives that for less. */
  long ttrNs() {
    return ttrNs;
  }

  /** The length that a put gives for its body, 0 to 2^32-1. */
  long bodyBytes() {
    return bodyBytes;
  }

  /** Whether nothing follows a put's length. */
  boolean endsAfterBodyBytes() {
    return line.atEnd();
  }

  /** How much of the line was understood, in bytes: where reading it stopped. */
  int stoppedAt() {
    return line.at();
  }

  TubeName tube() {
    return tube;
  }

  JobState state() {
    return state;
  }

  /** The words of a policy, or a token. */
  String words() {
    return words;
  }

  /** The key of a put that has one. */
  String key() {
    return key;
  }

  /** The job after which a list begins; 0 for its beginning. */
  long after() {
    return Math.max(after, 0);
  }

  /** Takes the line of {@code bytes} in the buffer, without its CRLF, apart. */
  Verb parse(int bytes) {
    line.begin(bytes);
    return switch (line.first()) {
      case 'a' -> line.starts(AUTH) ? auth() : Verb.UNKNOWN_COMMAND;
      case 'b' -> line.starts(BURY) ? bury() : Verb.UNKNOWN_COMMAND;
      case 'c' -> c();
      case 'd' -> line.starts(DELETE) ? job(Verb.DELETE) : d();
      case 'g' -> line.starts(GET_CAPTURE) ? job(Verb.GET_CAPTURE) : Verb.UNKNOWN_COMMAND;
      case 'i' -> line.starts(IGNORE) ? tube(Verb.IGNORE) : Verb.UNKNOWN_COMMAND;
      case 'k' -> line.starts(KICK) ? kick() : k();
      case 'l' -> list();
      case 'p' -> p();
      case 'q' -> line.starts(QUIT) ? Verb.QUIT : Verb.UNKNOWN_COMMAND;
      case 'r' -> r();
      case 's' -> s();
      case 't' -> line.starts(TOUCH) ? job(Verb.TOUCH) : Verb.UNKNOWN_COMMAND;
      case 'u' -> line.starts(USE) ? tube(Verb.USE) : u();
      case 'w' -> line.starts(WATCH) ? tube(Verb.WATCH) : Verb.UNKNOWN_COMMAND;
      default -> Verb.UNKNOWN_COMMAND;
    };
  }

  private Verb c() {
    if (line.starts(CLEAR_TUBE)) {
      return tube(Verb.CLEAR_TUBE);
    }
    if (line.starts(CAPTURE_CONNECTION)) {
      return job(Verb.CAPTURE_CONNECTION);
    }
    return line.starts(CLOSE_CONNECTION) ? job(Verb.CLOSE_CONNECTION) : Verb.UNKNOWN_COMMAND;
  }

  private Verb d() {
    if (line.starts(DIED)) {
      return docket(Verb.DIED);
    }
    if (line.starts(DOCKET)) {
      return docket(Verb.DOCKET);
    }
    if (line.starts(DELETE_CAPTURE)) {
      return job(Verb.DELETE_CAPTURE);
    }
    return line.starts(DROP_JOB) ? job(Verb.DROP_JOB) : own(DRAIN, Verb.DRAIN);
  }

  private Verb u() {
    return line.starts(UNDROP_JOB) ? job(Verb.UNDROP_JOB) : own(UNDRAIN, Verb.UNDRAIN);
  }

  private Verb s() {
    if (line.starts(SHOW_TUBE)) {
      return tube(Verb.SHOW_TUBE);
    }
    if (line.starts(SHOW_JOB)) {
      return job(Verb.SHOW_JOB);
    }
    if (line.starts(SHOW_HELD)) {
      return line.atEnd() ? Verb.SHOW_HELD : Verb.UNKNOWN_COMMAND;
    }
    return line.starts(SET_TUBE) ? setTube() : stats();
  }

  private Verb k() {
    return line.starts(KICK_JOB) ? job(Verb.KICK_JOB) : Verb.UNKNOWN_COMMAND;
  }

  private Verb p() {
    if (line.starts(PUT)) {
      return put();
    }
    if (line.starts(PEEK)) {
      return job(Verb.PEEK);
    }
    if (line.starts(PEEK_READY)) {
      return ended(Verb.PEEK_READY);
    }
    if (line.starts(PEEK_DELAYED)) {
      return ended(Verb.PEEK_DELAYED);
    }
    if (line.starts(PEEK_BURIED)) {
      return ended(Verb.PEEK_BURIED);
    }
    if (line.starts(PEEK_DOCKET)) {
      return job(Verb.PEEK_DOCKET);
    }
    if (line.starts(PUT_KEY)) {
      key = line.key();
      return key.isEmpty() || put() != Verb.PUT ? Verb.BAD_FORMAT : Verb.PUT_KEY;
    }
    return line.starts(PAUSE_TUBE) ? pauseTube() : Verb.UNKNOWN_COMMAND;
  }

  private Verb r() {
    if (line.starts(RESERVE_WITH_TIMEOUT)) {
      return reserveWithTimeout();
    }
    if (line.starts(RESERVE_JOB)) {
      return job(Verb.RESERVE_JOB);
    }
    if (line.starts(RESERVE)) {
      return ended(Verb.RESERVE);
    }
    if (line.starts(RETRY_JOB)) {
      return job(Verb.RETRY_JOB);
    }
    return line.starts(RELEASE) ? release() : Verb.UNKNOWN_COMMAND;
  }

  private Verb stats() {
    if (line.starts(STATS_JOB)) {
      return job(Verb.STATS_JOB);
    }
    if (line.starts(STATS_TUBE)) {
      return tube(Verb.STATS_TUBE);
    }
    return line.starts(STATS) ? ended(Verb.STATS) : own(SHUTDOWN, Verb.SHUTDOWN);
  }

  private Verb list() {
    if (line.starts(LIST_TUBES_WATCHED)) {
      return ended(Verb.LIST_TUBES_WATCHED);
    }
    if (line.starts(LIST_TUBE_USED)) {
      return ended(Verb.LIST_TUBE_USED);
    }
    if (line.starts(LIST_TUBES)) {
      return ended(Verb.LIST_TUBES);
    }
    if (line.starts(LIST_JOBS)) {
      return listJobs();
    }
    if (line.starts(LIST_DEAD)) {
      return pageAfter(Verb.LIST_DEAD);
    }
    if (line.starts(LIST_ENDED)) {
      return page(Verb.LIST_ENDED);
    }
    if (line.starts(LIST_CAPTURES)) {
      return own(LIST_CAPTURES, Verb.LIST_CAPTURES);
    }
    return line.starts(LIST_CONNECTIONS)
        ? pageAfter(Verb.LIST_CONNECTIONS)
        : own(LIST_EXTENSIONS, Verb.LIST_EXTENSIONS);
  }

  /** A word of Headrace's own: the whole line, or it is no command. */
  private Verb own(byte[] word, Verb verb) {
    return line.starts(word) && line.atEnd() ? verb : Verb.UNKNOWN_COMMAND;
  }

  private Verb ended(Verb verb) {
    return line.atEnd() ? verb : Verb.BAD_FORMAT;
  }

  private Verb job(Verb verb) {
    boolean good = line.lastNumber(U64_MAX);
    number = line.value();
    return good ? verb : Verb.BAD_FORMAT;
  }

  private Verb tube(Verb verb) {
    if (!line.restIsName()) {
      return Verb.BAD_FORMAT;
    }
    tube = line.restAsName();
    return verb;
  }

  private Verb put() {
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    priority = line.value();
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    delayNs = line.value() * NS_PER_S;
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    ttrNs = Math.max(line.value(), 1) * NS_PER_S;
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    bodyBytes = line.value();
    return Verb.PUT;
  }

  private Verb release() {
    if (!line.number()) {
      return Verb.BAD_FORMAT;
    }
    number = line.value();
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    priority = line.value();
    if (!line.lastNumber(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    delayNs = line.value() * NS_PER_S;
    return Verb.RELEASE;
  }

  private Verb bury() {
    if (!line.number()) {
      return Verb.BAD_FORMAT;
    }
    number = line.value();
    if (!line.lastNumber(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    priority = line.value();
    return Verb.BURY;
  }

  /**
   * beanstalkd reads the bound with {@code strtoul} and looks at nothing behind it. A negative one
   * is very large there; so is here one above 2^32-1, of which beanstalkd keeps 32 bits.
   */
  private Verb kick() {
    line.skipAsStrtoul();
    boolean negative = line.minus();
    if (!line.number()) {
      return Verb.BAD_FORMAT;
    }
    boolean large = Long.compareUnsigned(line.value(), LineParser.U32_MAX) > 0;
    number = negative || large ? LineParser.U32_MAX : line.value();
    return Verb.KICK;
  }

  /**
   * What either beanstalkd takes: as 1.12 a negative time-out means for ever, as 1.13 what is no
   * number, or above 2^31-1, is BAD_FORMAT. Both look at nothing behind the number.
   */
  private Verb reserveWithTimeout() {
    boolean negative = line.minus();
    if (!line.number(negative ? U64_MAX : Integer.MAX_VALUE)) {
      return Verb.BAD_FORMAT;
    }
    number = negative ? Command.FOREVER : line.value() * NS_PER_S;
    return Verb.RESERVE_WITH_TIMEOUT;
  }

  private Verb pauseTube() {
    int nameBytes = line.nameBytes();
    if (nameBytes == 0 || !line.isName(nameBytes)) {
      return Verb.BAD_FORMAT;
    }
    tube = line.name(nameBytes);
    if (!line.lastNumber(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    delayNs = line.value() * NS_PER_S;
    return Verb.PAUSE_TUBE;
  }

  /**
   * {@code died <id> <bytes>} or {@code docket <id> <bytes>}; the evidence as the body of a put.
   */
  private Verb docket(Verb verb) {
    if (!line.number()) {
      return Verb.BAD_FORMAT;
    }
    number = line.value();
    if (!line.number(LineParser.U32_MAX)) {
      return Verb.BAD_FORMAT;
    }
    bodyBytes = line.value();
    return verb;
  }

  /** {@code set-tube <tube> <key>=<value>...}. */
  private Verb setTube() {
    int nameBytes = line.nameBytes();
    if (nameBytes == 0 || !line.isName(nameBytes)) {
      return Verb.BAD_FORMAT;
    }
    tube = line.name(nameBytes);
    words = line.rest();
    return Verb.SET_TUBE;
  }

  private Verb auth() {
    words = line.rest();
    return Verb.AUTH;
  }

  /** {@code <after> <max>}: the id of the last one of the page before, or 0. */
  private Verb pageAfter(Verb verb) {
    if (!line.number()) {
      return Verb.BAD_FORMAT;
    }
    after = line.value();
    return page(verb);
  }

  /** {@code <max>}. */
  private Verb page(Verb verb) {
    if (!line.lastNumber(LIST_JOBS_MAX) || line.value() == 0) {
      return Verb.BAD_FORMAT;
    }
    number = line.value();
    return verb;
  }

  private Verb listJobs() {
    int nameBytes = line.nameBytes();
    if (nameBytes == 0 || !line.isName(nameBytes)) {
      return Verb.BAD_FORMAT;
    }
    tube = line.name(nameBytes);
    if (!line.space() || !readState()) {
      return Verb.BAD_FORMAT;
    }
    if (!line.lastNumber(LIST_JOBS_MAX) || line.value() == 0) {
      return Verb.BAD_FORMAT;
    }
    number = line.value();
    return Verb.LIST_JOBS;
  }

  private boolean readState() {
    if (line.word(READY_STATE)) {
      state = JobState.READY;
    } else if (line.word(DELAYED_STATE)) {
      state = JobState.DELAYED;
    } else if (line.word(RESERVED_STATE)) {
      state = JobState.RESERVED;
    } else if (line.word(BURIED_STATE)) {
      state = JobState.BURIED;
    } else {
      return false;
    }
    return true;
  }
}
