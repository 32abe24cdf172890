package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One connection to a server that speaks beanstalkd's protocol, with a deadline on every call: it
 * never hangs. A call ends within its patience, plus a second for each MiB of body that it has
 * moved, plus, for a reserve, the time-out that was asked for.
 *
 * <p>Each method may throw a {@link ClientException}; then the connection is closed, and what it
 * held goes back to the queue. Used by one thread at a time.
 */
public final class HeadraceClient implements AutoCloseable {
  /** Patience when none is given. */
  public static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(10);

  /** The longest wait in one reserve, in seconds, that the protocol takes. */
  public static final long RESERVE_SECONDS_MAX = Integer.MAX_VALUE;

  /** The most jobs of one {@link #listJobs}. */
  public static final int LIST_JOBS_MAX = 1000;

  /** Longest body taken in bytes: the most that beanstalkd's {@code -z} allows. */
  private static final int BODY_BYTES_MAX = 1 << 30;

  /**
   * Puts in flight in {@link #putAll}: enough to fill a batch, and their answers, at most 32 bytes
   * each, fit into the kernel's buffers while more is being sent.
   */
  private static final int IN_FLIGHT_MAX = 512;

  /** Bytes collected before they are sent in {@link #putAll}. */
  private static final int BURST_BYTES = 64 * 1024;

  private static final byte[] CRLF = {'\r', '\n'};

  private final Connection connection;
  private final Duration patience;

  private HeadraceClient(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  /**
   * Connects.
   *
   * @throws ServerUnreachable when there is no connection within the patience
   */
  public static HeadraceClient connect(ServerAddress address, Duration patience) {
    return new HeadraceClient(Connection.open(address, patience), patience);
  }

  /** Connects with {@link #PATIENCE_DEFAULT}. */
  public static HeadraceClient connect(ServerAddress address) {
    return connect(address, PATIENCE_DEFAULT);
  }

  /** Chooses the tube that puts go to. */
  public void use(String tube) {
    var command = "use " + TubeSyntax.checked(tube);
    expectStart(command, ask(command), "USING ");
  }

  /** Adds a tube to those that reserves take from; returns how many they are now. */
  public long watch(String tube) {
    var command = "watch " + TubeSyntax.checked(tube);
    return number(command, ask(command), "WATCHING ");
  }

  /** Takes a tube away from those that reserves take from; false for the last one. */
  public boolean ignore(String tube) {
    var command = "ignore " + TubeSyntax.checked(tube);
    var reply = ask(command);
    if (reply.equals("NOT_IGNORED")) {
      return false;
    }
    expectStart(command, reply, "WATCHING ");
    return true;
  }

  /** Watches these tubes and no others. */
  public void watchOnly(List<String> tubes) {
    tubes.forEach(this::watch);
    if (!tubes.contains("default")) {
      ignore("default");
    }
  }

  /** Puts a job into the used tube. */
  public PutResult put(byte[] body, JobOptions options) {
    var deadline = deadline();
    connection.send(
        deadline,
        ByteBuffer.wrap(putLine(body.length, options)),
        ByteBuffer.wrap(body),
        ByteBuffer.wrap(CRLF));
    return putResult(deadline);
  }

  /**
   * Puts one job a body into the used tube, many in flight at once, and hands over each result in
   * order. Asks for no more bodies after the first refusal; results of those under way follow.
   */
  public void putAll(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    var burst = ByteBuffer.allocate(BURST_BYTES);
    int inFlight = 0;
    boolean refused = false;
    while (!refused && bodies.hasNext()) {
      var body = bodies.next();
      append(burst, putLine(body.length, options));
      append(burst, body);
      append(burst, CRLF);
      inFlight++;
      if (inFlight == IN_FLIGHT_MAX) {
        sendBurst(burst);
        for (; inFlight > IN_FLIGHT_MAX / 2; inFlight--) {
          refused |= took(results);
        }
      }
    }
    sendBurst(burst);
    for (; inFlight > 0; inFlight--) {
      took(results);
    }
  }

  private boolean took(Consumer<PutResult> results) {
    var result = putResult(deadline());
    results.accept(result);
    return result instanceof PutResult.Refused;
  }

  private void append(ByteBuffer burst, byte[] bytes) {
    if (bytes.length > burst.remaining()) {
      sendBurst(burst);
    }
    if (bytes.length > burst.remaining()) {
      connection.send(deadline(), ByteBuffer.wrap(bytes));
    } else {
      burst.put(bytes);
    }
  }

  private void sendBurst(ByteBuffer burst) {
    connection.send(deadline(), burst.flip());
    burst.clear();
  }

  private static byte[] putLine(int bytes, JobOptions options) {
    long delay = JobOptions.seconds(options.delay());
    long ttr = JobOptions.seconds(options.ttr());
    var line = "put " + options.priority() + ' ' + delay + ' ' + ttr + ' ' + bytes + "\r\n";
    return line.getBytes(ISO_8859_1);
  }

  private PutResult putResult(Deadline deadline) {
    var reply = connection.readLine(deadline);
    return switch (reply) {
      case "JOB_TOO_BIG" -> new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG);
      case "DRAINING" -> new PutResult.Refused(PutResult.Reason.DRAINING);
      case "OUT_OF_MEMORY" -> new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
      default -> {
        if (reply.startsWith("BURIED ")) {
          // beanstalkd's word for a job that it could not keep in order for lack of memory.
          yield new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY);
        }
        yield new PutResult.Inserted(number("put", reply, "INSERTED "));
      }
    };
  }

  /**
   * Takes the first job of the watched tubes, or waits for one.
   *
   * @param timeout how long the server waits for one, up to {@link #RESERVE_SECONDS_MAX}; parts of
   *     a second are rounded up
   */
  public ReserveResult reserve(Duration timeout) {
    long seconds = Math.min(JobOptions.seconds(timeout), RESERVE_SECONDS_MAX);
    var command = "reserve-with-timeout " + seconds;
    var reply = exchange(command, new Deadline(patience, Duration.ofSeconds(seconds)));
    return switch (reply) {
      case "TIMED_OUT" -> new ReserveResult.TimedOut();
      case "DEADLINE_SOON" -> new ReserveResult.DeadlineSoon();
      default -> new ReserveResult.Reserved(readJob(command, reply, "RESERVED "));
    };
  }

  /** Takes this job, when it is ready, delayed or buried. */
  public Optional<Job> reserveJob(long job) {
    return found("reserve-job " + job, "RESERVED ");
  }

  /** Shows this job. */
  public Optional<Job> peek(long job) {
    return found("peek " + job, "FOUND ");
  }

  /** Shows the job of the used tube that is next to be reserved. */
  public Optional<Job> peekReady() {
    return found("peek-ready", "FOUND ");
  }

  /** Shows the delayed job of the used tube that is next to become ready. */
  public Optional<Job> peekDelayed() {
    return found("peek-delayed", "FOUND ");
  }

  /** Shows the buried job of the used tube that is next to be kicked. */
  public Optional<Job> peekBuried() {
    return found("peek-buried", "FOUND ");
  }

  /** Ends a job for good; false when there is none that this session may delete. */
  public boolean delete(long job) {
    return done("delete " + job, "DELETED");
  }

  /** Puts a held job back; false when this session does not hold it. */
  public boolean release(long job, long priority, Duration delay) {
    long checked = JobOptions.checkedPriority(priority);
    return done("release " + job + ' ' + checked + ' ' + JobOptions.seconds(delay), "RELEASED");
  }

  /** Sets a held job aside; false when this session does not hold it. */
  public boolean bury(long job, long priority) {
    return done("bury " + job + ' ' + JobOptions.checkedPriority(priority), "BURIED");
  }

  /** Gives a held job its whole TTR again; false when this session does not hold it. */
  public boolean touch(long job) {
    return done("touch " + job, "TOUCHED");
  }

  /** Makes this buried or delayed job ready; false when it is neither. */
  public boolean kickJob(long job) {
    return done("kick-job " + job, "KICKED");
  }

  /** Makes at most {@code bound} jobs of the used tube ready; returns how many. */
  public long kick(long bound) {
    var command = "kick " + bound;
    return number(command, ask(command), "KICKED ");
  }

  /** Lets no job of the tube be reserved for a time, 0 to end that; false without such a tube. */
  public boolean pauseTube(String tube, Duration delay) {
    return done(
        "pause-tube " + TubeSyntax.checked(tube) + ' ' + JobOptions.seconds(delay), "PAUSED");
  }

  /** Returns the server's statistics, in its order. */
  public Map<String, String> stats() {
    return StatsText.map(text("stats").orElse(""));
  }

  /** Returns what is to be known of a job. */
  public Optional<Map<String, String>> statsJob(long job) {
    return text("stats-job " + job).map(StatsText::map);
  }

  /** Returns what is to be known of a tube. */
  public Optional<Map<String, String>> statsTube(String tube) {
    return text("stats-tube " + TubeSyntax.checked(tube)).map(StatsText::map);
  }

  /** Returns what is to be known of a tube, and, of a Headrace server, what others do not tell. */
  public Optional<Map<String, String>> showTube(String tube) {
    try {
      return text("show-tube " + TubeSyntax.checked(tube)).map(StatsText::map);
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return statsTube(tube);
    }
  }

  /** Returns the names of all tubes. */
  public List<String> listTubes() {
    return StatsText.list(text("list-tubes").orElse(""));
  }

  /**
   * Deletes every job of the tube that nobody holds; returns how many, nothing without such a tube.
   * This and what follows is Headrace's own: another server answers that it does not know it.
   */
  public OptionalLong clearTube(String tube) {
    var command = "clear-tube " + TubeSyntax.checked(tube);
    var reply = ask(command);
    return reply.equals("NOT_FOUND")
        ? OptionalLong.empty()
        : OptionalLong.of(number(command, reply, "CLEARED "));
  }

  /**
   * Returns what is to be known of the first jobs of a tube in one state, in their order.
   *
   * @param state {@code ready}, {@code delayed}, {@code reserved} or {@code buried}
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public Optional<List<Map<String, String>>> listJobs(String tube, String state, int max) {
    return text("list-jobs " + TubeSyntax.checked(tube) + ' ' + state + ' ' + max)
        .map(StatsText::maps);
  }

  /** Returns what is to be known of every connection. */
  public List<Map<String, String>> listConnections() {
    return StatsText.maps(text("list-connections").orElse(""));
  }

  /** Closes a connection by its number in the list; false when there is none such. */
  public boolean closeConnection(long connection) {
    return done("close-connection " + connection, "CLOSED");
  }

  /** Lets the server take no new jobs, or take them again. */
  public void drain(boolean on) {
    done(on ? "drain" : "undrain", on ? "DRAIN_ON" : "DRAIN_OFF");
  }

  private Optional<String> text(String command) {
    var reply = ask(command);
    if (reply.equals("NOT_FOUND")) {
      return Optional.empty();
    }
    long bytes = number(command, reply, "OK ");
    return Optional.of(new String(readBody(command, reply, bytes), UTF_8));
  }

  private Optional<Job> found(String command, String start) {
    var reply = ask(command);
    return reply.equals("NOT_FOUND")
        ? Optional.empty()
        : Optional.of(readJob(command, reply, start));
  }

  private Job readJob(String command, String reply, String start) {
    expectStart(command, reply, start);
    int space = reply.indexOf(' ', start.length());
    if (space < 0) {
      throw unexpected(command, reply);
    }
    long id = parse(command, reply, reply.substring(start.length(), space));
    long bytes = parse(command, reply, reply.substring(space + 1));
    return new Job(id, readBody(command, reply, bytes));
  }

  private byte[] readBody(String command, String reply, long bytes) {
    if (bytes > BODY_BYTES_MAX) {
      throw unexpected(command, reply);
    }
    var deadline = deadline();
    var body = connection.readBytes((int) bytes, deadline);
    if (!Arrays.equals(connection.readBytes(CRLF.length, deadline), CRLF)) {
      throw unexpected(command, reply + " and a body of another length");
    }
    return body;
  }

  private boolean done(String command, String word) {
    var reply = ask(command);
    if (!reply.equals(word) && !reply.equals("NOT_FOUND")) {
      throw unexpected(command, reply);
    }
    return reply.equals(word);
  }

  private String ask(String command) {
    return exchange(command, deadline());
  }

  private String exchange(String command, Deadline deadline) {
    var line = ByteBuffer.wrap((command + "\r\n").getBytes(ISO_8859_1));
    connection.send(deadline, line);
    return connection.readLine(deadline);
  }

  private void expectStart(String command, String reply, String start) {
    if (!reply.startsWith(start)) {
      throw unexpected(command, reply);
    }
  }

  private long number(String command, String reply, String start) {
    expectStart(command, reply, start);
    return parse(command, reply, reply.substring(start.length()));
  }

  private long parse(String command, String reply, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw unexpected(command, reply);
    }
  }

  /** What follows an unexpected reply could be anything, so that nothing more may be asked here. */
  private UnexpectedReply unexpected(String command, String reply) {
    var unexpected = new UnexpectedReply(command, reply);
    if (!unexpected.unknownCommand()) {
      close();
    }
    return unexpected;
  }

  private Deadline deadline() {
    return new Deadline(patience, Duration.ZERO);
  }

  /** Ends the session: what it holds goes back to the queue. */
  @Override
  public void close() {
    connection.close();
  }
}
