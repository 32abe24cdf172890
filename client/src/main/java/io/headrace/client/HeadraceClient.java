package io.headrace.client;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * One connection to a server that speaks beanstalkd's protocol, with a deadline on every call: it
 * never hangs. A call ends within its patience, plus a second for each MiB of body that it has
 * moved, plus, for a reserve, the time-out that was asked for.
 *
 * <p>Each method may throw a {@link ClientException}; then the connection is closed, and what it
 * held goes back to the queue. Used by one thread at a time, but for {@link #quit}.
 */
public final class HeadraceClient implements AutoCloseable {
  /** Patience when none is given. */
  public static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(10);

  /** The longest wait in one reserve, in seconds, that the protocol takes. */
  public static final long RESERVE_SECONDS_MAX = Integer.MAX_VALUE;

  /** The most jobs of one {@link #listJobs}. */
  public static final int LIST_JOBS_MAX = 1000;

  private final Exchange exchange;
  private final Puts puts;

  /** Whether the server is known to be a Headrace. */
  private boolean own;

  private HeadraceClient(Exchange exchange) {
    this.exchange = exchange;
    puts = new Puts(exchange);
  }

  /**
   * Connects.
   *
   * @throws ServerUnreachable when there is no connection within the patience
   */
  public static HeadraceClient connect(ServerAddress address, Duration patience) {
    return connect(address, patience, Credentials.NONE);
  }

  /**
   * Connects, and says who asks.
   *
   * @throws ServerUnreachable when there is no connection within the patience, or TLS fails
   * @throws UnexpectedReply when the server does not know the token
   */
  public static HeadraceClient connect(
      ServerAddress address, Duration patience, Credentials credentials) {
    var exchange =
        new Exchange(
            Connection.open(
                address, patience, () -> credentials.tls().orElseGet(HeadraceClient::tlsOfJdk)),
            patience);
    credentials.token().ifPresent(token -> authorize(exchange, token));
    return new HeadraceClient(exchange);
  }

  private static SSLContext tlsOfJdk() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }

  private static void authorize(Exchange exchange, String token) {
    var reply = exchange.ask("auth " + token);
    // A server that asks for no token does not know the word; everybody may do everything there.
    if (!reply.equals("AUTHORIZED") && !reply.equals("UNKNOWN_COMMAND")) {
      throw exchange.unexpected("auth", reply);
    }
  }

  /** Connects with {@link #PATIENCE_DEFAULT}. */
  public static HeadraceClient connect(ServerAddress address) {
    return connect(address, PATIENCE_DEFAULT);
  }

  /** Chooses the tube that puts go to. */
  public void use(String tube) {
    var command = "use " + TubeSyntax.checked(tube);
    exchange.expectStart(command, exchange.ask(command), "USING ");
  }

  /** Adds a tube to those that reserves take from; returns how many they are now. */
  public long watch(String tube) {
    var command = "watch " + TubeSyntax.checked(tube);
    return exchange.number(command, exchange.ask(command), "WATCHING ");
  }

  /** Takes a tube away from those that reserves take from; false for the last one. */
  public boolean ignore(String tube) {
    var command = "ignore " + TubeSyntax.checked(tube);
    var reply = exchange.ask(command);
    if (reply.equals("NOT_IGNORED")) {
      return false;
    }
    exchange.expectStart(command, reply, "WATCHING ");
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
    return puts.one(body, options);
  }

  /**
   * Puts a job into the used tube, unless one with this key was put into it lately: then that one
   * is told, whatever became of it. Whoever cannot know whether a put was done puts again with its
   * key until the answer is either; another answer says nothing of what was done before.
   *
   * @param key 1 to 64 letters of ASCII, digits and {@code -_.:+/=@}
   * @throws UnexpectedReply when the server knows no keys, and then nothing was put
   */
  public PutResult put(byte[] body, JobOptions options, String key) {
    var checked = KeySyntax.checked(key);
    checkOwn();
    return puts.keyed(body, options, checked);
  }

  /**
   * Asks what only a Headrace server knows, before a body is sent that another would take for
   * commands. Job 0 there is not.
   */
  private void checkOwn() {
    if (!own) {
      peekDocket(0);
      own = true;
    }
  }

  /**
   * Puts one job a body into the used tube, many in flight at once, and hands over each result in
   * order. Asks for no more bodies after the first refusal; results of those under way follow.
   *
   * <p>What {@code bodies} or {@code results} throws ends the connection: half a job may be sent.
   */
  public void putAll(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    puts.all(bodies, options, results);
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
    var reply = exchange.ask(command, Duration.ofSeconds(seconds));
    return switch (reply) {
      case "TIMED_OUT" -> new ReserveResult.TimedOut();
      case "DEADLINE_SOON" -> new ReserveResult.DeadlineSoon();
      default -> new ReserveResult.Reserved(exchange.readJob(command, reply, "RESERVED "));
    };
  }

  /** Takes this job, when it is ready, delayed or buried. */
  public Optional<Job> reserveJob(long job) {
    return exchange.found("reserve-job " + job, "RESERVED ");
  }

  /** Shows this job. */
  public Optional<Job> peek(long job) {
    return exchange.found("peek " + job, "FOUND ");
  }

  /** Shows the job of the used tube that is next to be reserved. */
  public Optional<Job> peekReady() {
    return exchange.found("peek-ready", "FOUND ");
  }

  /** Shows the delayed job of the used tube that is next to become ready. */
  public Optional<Job> peekDelayed() {
    return exchange.found("peek-delayed", "FOUND ");
  }

  /** Shows the buried job of the used tube that is next to be kicked. */
  public Optional<Job> peekBuried() {
    return exchange.found("peek-buried", "FOUND ");
  }

  /** Ends a job for good; false when there is none that this session may delete. */
  public boolean delete(long job) {
    return exchange.done("delete " + job, "DELETED");
  }

  /**
   * Puts a held job back; false when this session does not hold it. Where the tube's policy, or a
   * lack of memory, allows it no further attempt the server buries it: true too.
   */
  public boolean release(long job, long priority, Duration delay) {
    long checked = JobOptions.checkedPriority(priority);
    var command = "release " + job + ' ' + checked + ' ' + JobOptions.seconds(delay);
    var reply = exchange.ask(command);
    if (reply.equals("BURIED") || reply.equals("RELEASED")) {
      return true;
    }
    if (!reply.equals("NOT_FOUND")) {
      throw exchange.unexpected(command, reply);
    }
    return false;
  }

  /** Sets a held job aside; false when this session does not hold it. */
  public boolean bury(long job, long priority) {
    return exchange.done("bury " + job + ' ' + JobOptions.checkedPriority(priority), "BURIED");
  }

  /** Gives a held job its whole TTR again; false when this session does not hold it. */
  public boolean touch(long job) {
    return exchange.done("touch " + job, "TOUCHED");
  }

  /** Makes this buried or delayed job ready; false when it is neither. */
  public boolean kickJob(long job) {
    return exchange.done("kick-job " + job, "KICKED");
  }

  /** Makes at most {@code bound} jobs of the used tube ready; returns how many. */
  public long kick(long bound) {
    var command = "kick " + bound;
    return exchange.number(command, exchange.ask(command), "KICKED ");
  }

  /** Lets no job of the tube be reserved for a time, 0 to end that; false without such a tube. */
  public boolean pauseTube(String tube, Duration delay) {
    return exchange.done(
        "pause-tube " + TubeSyntax.checked(tube) + ' ' + JobOptions.seconds(delay), "PAUSED");
  }

  /** Returns the server's statistics, in its order. */
  public Map<String, String> stats() {
    return StatsText.map(exchange.text("stats").orElse(""));
  }

  /** Returns what is to be known of a job. */
  public Optional<Map<String, String>> statsJob(long job) {
    return exchange.text("stats-job " + job).map(StatsText::map);
  }

  /** Returns what is to be known of a tube. */
  public Optional<Map<String, String>> statsTube(String tube) {
    return exchange.text("stats-tube " + TubeSyntax.checked(tube)).map(StatsText::map);
  }

  /** Returns what is to be known of a tube, and, of a Headrace server, what others do not tell. */
  public Optional<Map<String, String>> showTube(String tube) {
    try {
      return exchange.text("show-tube " + TubeSyntax.checked(tube)).map(StatsText::map);
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return statsTube(tube);
    }
  }

  /** Returns the names of all tubes. */
  public List<String> listTubes() {
    return StatsText.list(exchange.text("list-tubes").orElse(""));
  }

  /**
   * Deletes every job of the tube that nobody holds; returns how many, nothing without such a tube.
   * This and what follows is Headrace's own: another server answers that it does not know it.
   */
  public OptionalLong clearTube(String tube) {
    var command = "clear-tube " + TubeSyntax.checked(tube);
    var reply = exchange.ask(command);
    return reply.equals("NOT_FOUND")
        ? OptionalLong.empty()
        : OptionalLong.of(exchange.number(command, reply, "CLEARED "));
  }

  /**
   * Returns what is to be known of the first jobs of a tube in one state, in their order.
   *
   * @param state {@code ready}, {@code delayed}, {@code reserved} or {@code buried}
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public Optional<List<Map<String, String>>> listJobs(String tube, String state, int max) {
    return exchange
        .text("list-jobs " + TubeSyntax.checked(tube) + ' ' + state + ' ' + max)
        .map(StatsText::maps);
  }

  /**
   * Returns what is to be known of connections, oldest first.
   *
   * @param after the number of the last one of the page before, or 0
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public List<Map<String, String>> listConnections(long after, int max) {
    return StatsText.maps(exchange.text("list-connections " + after + ' ' + max).orElse(""));
  }

  /** Closes a connection by its number in the list; false when there is none such. */
  public boolean closeConnection(long connection) {
    return exchange.done("close-connection " + connection, "CLOSED");
  }

  /**
   * Returns what is to be known of each capture, the oldest first: the last bytes of a connection,
   * kept since something went wrong on it.
   */
  public List<Map<String, String>> listCaptures() {
    return StatsText.maps(exchange.text("list-captures").orElse(""));
  }

  /** Returns a capture as it is written to a file. */
  public Optional<byte[]> getCapture(long capture) {
    return exchange.found("get-capture " + capture, "FOUND ").map(Job::body);
  }

  /**
   * Keeps the last bytes of a connection; returns the id of the capture, nothing when there is no
   * such connection.
   *
   * @throws UnexpectedReply when the server does not remember any
   */
  public OptionalLong captureConnection(long connection) {
    var command = "capture-connection " + connection;
    var reply = exchange.ask(command);
    return reply.equals("NOT_FOUND")
        ? OptionalLong.empty()
        : OptionalLong.of(exchange.number(command, reply, "CAPTURED "));
  }

  /** Removes a capture; false when there is none such. */
  public boolean deleteCapture(long capture) {
    return exchange.done("delete-capture " + capture, "DELETED");
  }

  /** Lets the server take no new jobs, or take them again. */
  public void drain(boolean on) {
    exchange.done(on ? "drain" : "undrain", on ? "DRAIN_ON" : "DRAIN_OFF");
  }

  /**
   * Has the server end: it takes no job more, and goes when those that are held are done, or its
   * {@code drain-timeout} is over.
   */
  public void shutDown() {
    exchange.done("shutdown", "STOPPING");
  }

  /**
   * Sets policies of a tube, which is made if need be: all of them, or none.
   *
   * @param words each {@code KEY=VALUE}, as {@code max-deaths=3}; the server knows the keys
   */
  public PolicyResult setTube(String tube, List<String> words) {
    var command = "set-tube " + TubeSyntax.checked(tube) + ' ' + PolicyWords.checked(words);
    PolicyWords.checkLength(command);
    var reply = exchange.ask(command);
    if (reply.startsWith("BAD_POLICY ")) {
      return new PolicyResult.Bad(reply.substring("BAD_POLICY ".length()));
    }
    return switch (reply) {
      case "SET" -> new PolicyResult.Done();
      case "OUT_OF_MEMORY" -> new PolicyResult.OutOfMemory();
      default -> throw exchange.unexpected(command, reply);
    };
  }

  /** Returns what is to be known of a job and, of a Headrace server, of its attempts. */
  public Optional<JobFacts> showJob(long job) {
    try {
      return exchange.text("show-job " + job).map(StatsText::job);
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return statsJob(job).map(facts -> new JobFacts(facts, List.of()));
    }
  }

  /** Shows the evidence of a job's last death. */
  public Optional<Job> peekDocket(long job) {
    return exchange.found("peek-docket " + job, "FOUND ");
  }

  /**
   * Returns jobs that a policy has ended, or somebody has dropped, and that are still there: those
   * whose first attempt ended longest ago come first.
   *
   * @param after the last id of the page before, or 0
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public List<Map<String, String>> listDead(long after, int max) {
    return StatsText.maps(exchange.text("list-dead " + after + ' ' + max).orElse(""));
  }

  /** Returns what is left of jobs that ended for good by a policy or a drop, newest first. */
  public List<Map<String, String>> listEnded(int max) {
    return StatsText.maps(exchange.text("list-ended " + max).orElse(""));
  }

  /** Makes a dead or buried job ready, where it came from; false when it is neither. */
  public boolean retryJob(long job) {
    return exchange.done("retry-job " + job, "RETRIED");
  }

  /** Deletes a dead or buried job, with an hour to think better of it; false when it is neither. */
  public boolean dropJob(long job) {
    return exchange.done("drop-job " + job, "DROPPED");
  }

  /** Brings a dropped job back, buried; false when there is none such. */
  public boolean undropJob(long job) {
    return exchange.done("undrop-job " + job, "UNDROPPED");
  }

  /**
   * Says that the process which worked on a held job has died, though this session lives.
   *
   * @param docket the evidence: of its last line deaths are known to be alike
   * @throws UnexpectedReply when the server does not know that, and then the docket was not sent
   */
  public DiedResult died(long job, byte[] docket) {
    checkOwn();
    var command = "died " + job + ' ' + docket.length;
    var reply = exchange.ask(command, docket);
    return switch (reply) {
      case "DIED" -> DiedResult.DIED;
      case "NOT_FOUND" -> DiedResult.NOT_FOUND;
      case "OUT_OF_MEMORY", "JOB_TOO_BIG" -> DiedResult.REFUSED;
      default -> throw exchange.unexpected(command, reply);
    };
  }

  /**
   * Says {@code quit}, unless that would end half a request, and waits for nothing: for when the
   * process is to end. Another thread may call it.
   */
  public void quit() {
    exchange.quit();
  }

  /**
   * Says {@code quit} and ends the session: what it holds goes back to the queue. A connection that
   * ends without that is to the server the death of its client.
   */
  @Override
  public void close() {
    exchange.close();
  }
}
