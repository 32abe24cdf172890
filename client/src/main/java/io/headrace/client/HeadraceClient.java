package io.headrace.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

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
  public static final long RESERVE_SECONDS_MAX = Requests.RESERVE_SECONDS_MAX;

  /** The most jobs of one {@link #listJobs}. */
  public static final int LIST_JOBS_MAX = Requests.LIST_MAX;

  /**
   * Puts in flight in {@link #putAll}: enough to fill a batch, and their answers, at most 32 bytes
   * each, fit into the kernel's buffers while more is being sent.
   */
  private static final int IN_FLIGHT_MAX = 512;

  /** Bytes collected before they are sent in {@link #putAll}. */
  private static final int BURST_BYTES = 64 * 1024;

  /** For the replies of puts, whose bodies are not kept until then. */
  private static final Request<PutResult> ANY_PUT = Requests.put(Reply.NO_BODY, JobOptions.DEFAULT);

  private final Exchange exchange;
  private final Taker taker;

  /** What the server has and beanstalkd has not, once it was asked. */
  private Optional<Set<String>> extensions = Optional.empty();

  private HeadraceClient(Exchange exchange) {
    this.exchange = exchange;
    this.taker = new Taker(exchange);
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
    return new HeadraceClient(Exchange.open(address, patience, credentials));
  }

  /** Connects with {@link #PATIENCE_DEFAULT}. */
  public static HeadraceClient connect(ServerAddress address) {
    return connect(address, PATIENCE_DEFAULT);
  }

  /** Chooses the tube that puts go to. */
  public void use(String tube) {
    exchange.ask(Requests.use(tube));
  }

  /** Adds a tube to those that reserves take from; returns how many they are now. */
  public long watch(String tube) {
    return exchange.ask(Requests.watch(tube));
  }

  /** Takes a tube away from those that reserves take from; false for the last one. */
  public boolean ignore(String tube) {
    return exchange.ask(Requests.ignore(tube)).isPresent();
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
    return exchange.ask(Requests.put(body, options));
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
    var request = Requests.putKey(key, body, options);
    return askKnown(request);
  }

  /** Asks what the server is known to know: another would take the body for commands. */
  private <T> T askKnown(Request<T> request) {
    if (extensions.isEmpty()) {
      extensions = Optional.of(exchange.ask(Requests.extensions()));
    }
    if (!request.isKnownWith(extensions.get())) {
      throw UnexpectedReply.unknownCommand(request);
    }
    return exchange.ask(request);
  }

  /**
   * Puts one job a body into the used tube, many in flight at once, and hands over each result in
   * order. Asks for no more bodies after the first refusal; results of those under way follow.
   *
   * <p>What {@code bodies} or {@code results} throws ends the connection: half a job may be sent.
   */
  public void putAll(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    boolean whole = false;
    try {
      putEach(bodies, options, results);
      whole = true;
    } finally {
      if (!whole) {
        exchange.abandon();
      }
    }
  }

  private void putEach(Iterator<byte[]> bodies, JobOptions options, Consumer<PutResult> results) {
    var burst = ByteBuffer.allocate(BURST_BYTES);
    var puts = new Puts(options);
    int inFlight = 0;
    boolean refused = false;
    while (!refused && bodies.hasNext()) {
      var put = puts.put(bodies.next());
      for (long sent = 0; sent < put.bytes(); ) {
        sent += put.copy(sent, burst);
        if (!burst.hasRemaining()) {
          sendBurst(burst);
        }
      }
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
    var result = exchange.await(ANY_PUT);
    results.accept(result);
    return result instanceof PutResult.Refused;
  }

  private void sendBurst(ByteBuffer burst) {
    exchange.send(burst.flip());
    burst.clear();
  }

  /**
   * Takes the first job of the watched tubes, or waits for one.
   *
   * @param timeout how long the server waits for one, up to {@link #RESERVE_SECONDS_MAX}; parts of
   *     a second are rounded up
   */
  public ReserveResult reserve(Duration timeout) {
    long seconds = Requests.reserveSeconds(timeout);
    return exchange.ask(Requests.reserve(seconds), Duration.ofSeconds(seconds));
  }

  /**
   * Ends a job for good and takes the next one, as {@link #delete}, {@link #reserve} and {@link
   * #statsJob} do: of a Headrace all in one way there and back. For a session that holds no other.
   *
   * @param done the job to be ended, if there is one
   * @param deleted is told, before the wait for the next one, whether it was there to be deleted
   */
  public Taken take(OptionalLong done, Duration timeout, Consumer<Boolean> deleted) {
    return taker.take(done, timeout, deleted);
  }

  /** Takes this job, when it is ready, delayed or buried. */
  public Optional<Job> reserveJob(long job) {
    return exchange.ask(Requests.reserveJob(job));
  }

  /** Shows this job. */
  public Optional<Job> peek(long job) {
    return exchange.ask(Requests.peek(job));
  }

  /** Shows the job of the used tube that is next to be reserved. */
  public Optional<Job> peekReady() {
    return exchange.ask(Requests.peekReady());
  }

  /** Shows the delayed job of the used tube that is next to become ready. */
  public Optional<Job> peekDelayed() {
    return exchange.ask(Requests.peekDelayed());
  }

  /** Shows the buried job of the used tube that is next to be kicked. */
  public Optional<Job> peekBuried() {
    return exchange.ask(Requests.peekBuried());
  }

  /** Ends a job for good; false when there is none that this session may delete. */
  public boolean delete(long job) {
    return exchange.ask(Requests.delete(job));
  }

  /**
   * Puts a held job back; false when this session does not hold it. Where the tube's policy, or a
   * lack of memory, allows it no further attempt the server buries it: true too.
   */
  public boolean release(long job, long priority, Duration delay) {
    return exchange.ask(Requests.release(job, priority, delay));
  }

  /** Sets a held job aside; false when this session does not hold it. */
  public boolean bury(long job, long priority) {
    return exchange.ask(Requests.bury(job, priority));
  }

  /** Gives a held job its whole TTR again; false when this session does not hold it. */
  public boolean touch(long job) {
    return exchange.ask(Requests.touch(job));
  }

  /** Makes this buried or delayed job ready; false when it is neither. */
  public boolean kickJob(long job) {
    return exchange.ask(Requests.kickJob(job));
  }

  /** Makes at most {@code bound} jobs of the used tube ready; returns how many. */
  public long kick(long bound) {
    return exchange.ask(Requests.kick(bound));
  }

  /** Lets no job of the tube be reserved for a time, 0 to end that; false without such a tube. */
  public boolean pauseTube(String tube, Duration delay) {
    return exchange.ask(Requests.pauseTube(tube, delay));
  }

  /** Returns the server's statistics, in its order. */
  public Map<String, String> stats() {
    return exchange.ask(Requests.stats());
  }

  /** Returns what is to be known of a job. */
  public Optional<Map<String, String>> statsJob(long job) {
    return exchange.ask(Requests.statsJob(job));
  }

  /** Returns what is to be known of a tube. */
  public Optional<Map<String, String>> statsTube(String tube) {
    return exchange.ask(Requests.statsTube(tube));
  }

  /** Returns what is to be known of a tube, and, of a Headrace server, what others do not tell. */
  public Optional<Map<String, String>> showTube(String tube) {
    try {
      return exchange.ask(Requests.showTube(tube));
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return statsTube(tube);
    }
  }

  /** Returns the names of all tubes. */
  public List<String> listTubes() {
    return exchange.ask(Requests.listTubes());
  }

  /**
   * Deletes every job of the tube that nobody holds; returns how many, nothing without such a tube.
   * This and what follows is Headrace's own: another server answers that it does not know it.
   */
  public OptionalLong clearTube(String tube) {
    return exchange.ask(Requests.clearTube(tube));
  }

  /**
   * Returns what is to be known of the first jobs of a tube in one state, in their order.
   *
   * @param state {@code ready}, {@code delayed}, {@code reserved} or {@code buried}
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public Optional<List<Map<String, String>>> listJobs(String tube, String state, int max) {
    return exchange.ask(Requests.listJobs(tube, state, max));
  }

  /**
   * Returns what is to be known of connections, oldest first.
   *
   * @param after the number of the last one of the page before, or 0
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public List<Map<String, String>> listConnections(long after, int max) {
    return exchange.ask(Requests.listConnections(after, max));
  }

  /** Closes a connection by its number in the list; false when there is none such. */
  public boolean closeConnection(long connection) {
    return exchange.ask(Requests.closeConnection(connection));
  }

  /**
   * Returns what is to be known of each capture, the oldest first: the last bytes of a connection,
   * kept since something went wrong on it.
   */
  public List<Map<String, String>> listCaptures() {
    return exchange.ask(Requests.listCaptures());
  }

  /** Returns a capture as it is written to a file. */
  public Optional<byte[]> getCapture(long capture) {
    return exchange.ask(Requests.getCapture(capture));
  }

  /**
   * Keeps the last bytes of a connection; returns the id of the capture, nothing when there is no
   * such connection.
   *
   * @throws UnexpectedReply when the server does not remember any
   */
  public OptionalLong captureConnection(long connection) {
    return exchange.ask(Requests.captureConnection(connection));
  }

  /** Removes a capture; false when there is none such. */
  public boolean deleteCapture(long capture) {
    return exchange.ask(Requests.deleteCapture(capture));
  }

  /** Lets the server take no new jobs, or take them again. */
  public void drain(boolean on) {
    exchange.ask(Requests.drain(on));
  }

  /**
   * Has the server end: it takes no job more, and goes when those that are held are done, or its
   * {@code drain-timeout} is over.
   */
  public void shutDown() {
    exchange.ask(Requests.shutDown());
  }

  /**
   * Sets policies of a tube, which is made if need be: all of them, or none.
   *
   * @param words each {@code KEY=VALUE}, as {@code max-deaths=3}; the server knows the keys
   */
  public PolicyResult setTube(String tube, List<String> words) {
    return exchange.ask(Requests.setTube(tube, words));
  }

  /** Returns what is to be known of a job and, of a Headrace server, of its attempts. */
  public Optional<JobFacts> showJob(long job) {
    try {
      return exchange.ask(Requests.showJob(job));
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return statsJob(job).map(facts -> new JobFacts(facts, List.of()));
    }
  }

  /** Shows the evidence of a job's last death. */
  public Optional<Job> peekDocket(long job) {
    return exchange.ask(Requests.peekDocket(job));
  }

  /**
   * Returns jobs that a policy has ended, or somebody has dropped, and that are still there: those
   * whose first attempt ended longest ago come first.
   *
   * @param after the last id of the page before, or 0
   * @param max 1 to {@link #LIST_JOBS_MAX}
   */
  public List<Map<String, String>> listDead(long after, int max) {
    return exchange.ask(Requests.listDead(after, max));
  }

  /** Returns what is left of jobs that ended for good by a policy or a drop, newest first. */
  public List<Map<String, String>> listEnded(int max) {
    return exchange.ask(Requests.listEnded(max));
  }

  /** Makes a dead or buried job ready, where it came from; false when it is neither. */
  public boolean retryJob(long job) {
    return exchange.ask(Requests.retryJob(job));
  }

  /** Deletes a dead or buried job, with an hour to think better of it; false when it is neither. */
  public boolean dropJob(long job) {
    return exchange.ask(Requests.dropJob(job));
  }

  /** Brings a dropped job back, buried; false when there is none such. */
  public boolean undropJob(long job) {
    return exchange.ask(Requests.undropJob(job));
  }

  /**
   * Says that the process which worked on a held job has died, though this session lives.
   *
   * @param docket the evidence: of its last line deaths are known to be alike
   * @throws UnexpectedReply when the server does not know that, and then the docket was not sent
   */
  public DiedResult died(long job, byte[] docket) {
    return askKnown(Requests.died(job, docket));
  }

  /**
   * Keeps the evidence of an attempt that is about to end badly, by a release or a bury: the job
   * stays held.
   *
   * @param docket the evidence: of its last line attempts are known to be alike
   * @throws UnexpectedReply when the server does not know that, and then the docket was not sent
   */
  public DocketResult docket(long job, byte[] docket) {
    return askKnown(Requests.docket(job, docket));
  }

  /** The port of this end of the connection; 0 of a Unix socket, or when it is lost. */
  public int localPort() {
    return exchange.localPort();
  }

  /**
   * Whether the connection has ended, or is of no more use. Asks nothing and waits for nothing; a
   * server that is silently gone is noticed by asking.
   */
  public boolean isLost() {
    return exchange.isLost();
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
