package io.headrace.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.client.CallFailed;
import io.headrace.client.ClientException;
import io.headrace.client.ClientOptions;
import io.headrace.client.JobClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.Requests;
import io.headrace.client.ServerAddress;
import io.headrace.client.ServerUnreachable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The Java client while the connection fails in every way that we know: no call returns later than
 * its deadline and 100 ms, no wrong reply is taken, no acknowledged put is lost, and a call that
 * fails says rightly whether it may be done. What the machine itself was late is measured at the
 * same time, and granted.
 *
 * <p>{@code -Dheadrace.trials.faults=all} makes every call, and on beanstalkd too.
 */
@Isolated("its limits are of time")
final class JobClientFaultsIT {
  private static final boolean ALL = "all".equals(System.getProperty("headrace.trials.faults"));
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());
  private static final int AT_ONCE = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long SLACK_MS = 100;

  /** How often a call is made that is not measured, on a machine that is late. */
  private static final int TRIES_MAX = 10;

  /** More than the kernels of both ends take before somebody reads. */
  private static final int LARGE_BYTES = 12_000_000;

  private static final String BODY_BYTES_MAX = Integer.toString(16 << 20);

  /** One of each kind: with a body there, with a body back, with none, of a held job. */
  private static final List<ClientCall> SOME_CALLS =
      List.of(
          ClientCall.PUT,
          ClientCall.RESERVE,
          ClientCall.DELETE,
          ClientCall.DELETE_HELD,
          ClientCall.STATS_TUBE,
          ClientCall.PUT_ONCE,
          ClientCall.USE,
          ClientCall.WATCH);

  @TempDir Path folder;

  private final AtomicInteger tubes = new AtomicInteger();

  /** A fault, given a good reply, with a name for people. */
  private record Named(String name, BiFunction<String, Long, Fault> ofTubeAndJob) {}

  @TestFactory
  Stream<DynamicTest> faults_on_headrace() throws Exception {
    return faultsOn(Peer.HEADRACE);
  }

  @TestFactory
  Stream<DynamicTest> faults_on_beanstalkd() throws Exception {
    return ALL ? faultsOn(Peer.BEANSTALKD) : Stream.empty();
  }

  @TestFactory
  Stream<DynamicTest> restarts_of_beanstalkd() throws Exception {
    return restartsOf(Peer.BEANSTALKD, calls(Peer.BEANSTALKD));
  }

  @TestFactory
  Stream<DynamicTest> restarts_of_headrace() throws Exception {
    // A JVM takes its time to start.
    return ALL ? restartsOf(Peer.HEADRACE, List.of(ClientCall.PUT)) : Stream.empty();
  }

  @Test
  void a_connection_that_nobody_answers_ends_by_its_deadline() throws Exception {
    try (var network = Network.open();
        var lateness = Lateness.measured()) {
      network.dropAll();
      long fromMs = System.currentTimeMillis();
      long start = System.nanoTime();
      var there = new ServerAddress.Tcp(network.there(), 11300);
      assertThatThrownBy(() -> JobClient.connect(there, options()))
          .isInstanceOf(ServerUnreachable.class)
          .hasMessage(there + ": no connection within 1 s");
      var took = Duration.ofNanos(System.nanoTime() - start);
      long lateMs = lateness.msWithin(fromMs, took.toMillis());
      assertThat(took).isBetween(PATIENCE, PATIENCE.multipliedBy(3).plusMillis(lateMs));
    }
  }

  private static ClientOptions options() {
    return ClientOptions.DEFAULT.withPatience(PATIENCE).withListener(new SilentListener());
  }

  private static List<ClientCall> calls(Peer peer) {
    return Stream.of(ClientCall.values())
        .filter(call -> ALL || SOME_CALLS.contains(call))
        .filter(call -> peer == Peer.HEADRACE || !call.isHeadraces())
        .toList();
  }

  private Stream<DynamicTest> faultsOn(Peer peer) throws Exception {
    try (var server = RunningServer.of(peer, folder).options("-z", BODY_BYTES_MAX).start();
        var pool = pool();
        var lateness = Lateness.measured()) {
      Map<String, List<Future<FaultVerdict>>> found = new LinkedHashMap<>();
      for (var call : known(server, calls(peer))) {
        for (var named : faults(call)) {
          found
              .computeIfAbsent(named.name(), _ -> new ArrayList<>())
              .add(pool.submit(() -> one(call, named, server, lateness)));
        }
      }
      return FaultVerdict.tests(found, SEED);
    }
  }

  /** Those that the server knows: not every Headrace has keys. */
  private static List<ClientCall> known(RunningServer server, List<ClientCall> calls)
      throws IOException {
    try (var talk = server.connect()) {
      boolean keys = talk.ask("stats").body().contains("\nheadrace-keys: ");
      return calls.stream().filter(call -> keys || call != ClientCall.PUT_ONCE).toList();
    }
  }

  private static ExecutorService pool() {
    return Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
  }

  private Stream<DynamicTest> restartsOf(Peer peer, List<ClientCall> calls) throws Exception {
    try (var pool = pool();
        var lateness = Lateness.measured()) {
      Map<String, List<Future<FaultVerdict>>> found = new LinkedHashMap<>();
      for (var call : calls) {
        found
            .computeIfAbsent("the server restarts", _ -> new ArrayList<>())
            .add(pool.submit(() -> restarted(peer, call, lateness)));
      }
      return FaultVerdict.tests(found, SEED);
    }
  }

  private static List<Named> faults(ClientCall call) {
    var another = call.name().startsWith("DELETE") ? "TOUCHED\r\n" : "DELETED\r\n";
    int some = call.reply("", 1).length() - 2;
    var faults = new ArrayList<Named>();
    faults.add(named("a stall before the request", new Fault.StallBeforeRequest()));
    faults.add(named("a stall after the request", new Fault.StallAfterRequest()));
    faults.add(named("a stall in the reply", new Fault.StallInReply(some)));
    faults.add(named("a reset", new Fault.Reset()));
    faults.add(named("a close", new Fault.Fin()));
    faults.add(named("a byte a second", new Fault.Drip(Duration.ofSeconds(1))));
    faults.add(named("a reply to something else", new Fault.Garbage(another)));
    faults.add(named("a reply too many", new Fault.Surplus(another)));
    faults.add(
        garbage(
            "a NUL in the reply",
            call,
            reply -> "%s\0%s".formatted(reply.substring(0, 3), reply.substring(3))));
    if (call == ClientCall.PUT) {
      faults.add(named("a stall in a body that is sent", new Fault.StallInRequest(5000)));
    }
    if (ALL || call == ClientCall.PUT || call == ClientCall.RESERVE) {
      faults.add(garbage("noise", call, JobClientFaultsIT::noise));
      faults.add(garbage("no end of a line", call, _ -> "x".repeat(100_000)));
      faults.add(garbage("a bare line feed", call, reply -> reply.replace("\r\n", "\n")));
      faults.add(garbage("another protocol", call, _ -> "HTTP/1.1 400 Bad\r\n\r\n"));
      faults.add(garbage("an empty line", call, _ -> "\r\n"));
    }
    if (call == ClientCall.RESERVE) {
      faults.add(garbage("a huge body", call, JobClientFaultsIT::huge));
      faults.add(garbage("a body that ends elsewhere", call, reply -> reply.replace("x", "xy")));
    }
    return faults;
  }

  private static Named named(String name, Fault fault) {
    return new Named(name, (_, _) -> fault);
  }

  /** What a good reply is made into. */
  private static Named garbage(String name, ClientCall call, UnaryOperator<String> made) {
    return new Named(name, (tube, job) -> new Fault.Garbage(made.apply(call.reply(tube, job))));
  }

  private static String noise(String reply) {
    var bytes = new StringBuilder();
    new Random(SEED + reply.hashCode()).ints(200, 0, 256).forEach(one -> bytes.append((char) one));
    return bytes.toString();
  }

  private static String huge(String reply) {
    return reply.replaceFirst(" 1\r\n", " 4294967295\r\n") + "x".repeat(1000);
  }

  private FaultVerdict one(ClientCall call, Named named, RunningServer server, Lateness lateness)
      throws Exception {
    var tube = "faulty." + tubes.incrementAndGet();
    long job = ready(server, tube);
    var fault = named.ofTubeAndJob().apply(tube, job);
    try (var relay = FaultyRelay.to(server.port(), call.request(tube, job), fault)) {
      return tried(call, fault, relay, tube, job, () -> server, lateness);
    }
  }

  private FaultVerdict restarted(Peer peer, ClientCall call, Lateness lateness) throws Exception {
    var tube = "faulty." + tubes.incrementAndGet();
    var own = Files.createDirectory(folder.resolve(tube));
    var launch = RunningServer.of(peer, own).data(own.resolve("data"), 0).options("-s", "65536");
    var servers = new ArrayList<RunningServer>();
    servers.add(launch.start());
    var fault =
        new Fault.Restart(() -> {
          try {
            servers.getLast().kill9();
            servers.add(launch.start());
            return servers.getLast().port();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    long job = ready(servers.getFirst(), tube);
    var request = call.request(tube, job);
    try (var relay = FaultyRelay.to(servers.getFirst().port(), request, fault)) {
      return tried(call, fault, relay, tube, job, servers::getLast, lateness);
    } finally {
      servers.forEach(RunningServer::close);
    }
  }

  private static long ready(RunningServer server, String tube) throws IOException {
    try (var talk = server.connect()) {
      talk.ask("use " + tube);
      return talk.put("ready").id();
    }
  }

  private interface Current {
    RunningServer server();
  }

  /** A client, and the call that it is to make. */
  private record Prepared(JobClient client, Callable<Object> call) implements AutoCloseable {
    @Override
    public void close() {
      client.close();
    }
  }

  /**
   * Does what comes before the call. Nothing has failed by then: a connection or a reply that takes
   * longer than the patience was kept back by the machine, and all of it is done again.
   */
  private static Prepared prepared(
      ServerAddress address,
      ClientCall call,
      String tube,
      long job,
      int bytes,
      Map<Long, byte[]> puts)
      throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return preparedOnce(address, call, tube, job, bytes, puts);
      } catch (ClientException | CallFailed e) {
        if (tries == TRIES_MAX) {
          throw e;
        }
        // Until the job is ready again that this one may have held.
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static Prepared preparedOnce(
      ServerAddress address,
      ClientCall call,
      String tube,
      long job,
      int bytes,
      Map<Long, byte[]> puts) {
    var client = JobClient.connect(address, options());
    boolean done = false;
    try {
      put(client, "kept", puts);
      var place = new ClientCall.Place(client, tube, job, bytes);
      var prepared = new Prepared(client, call.prepared(place));
      done = true;
      return prepared;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  /**
   * Makes a call that is not the measured one: again, when the machine was late meanwhile, or when
   * the client has yet to find a server that was away. Else it has to succeed at once.
   */
  private static <T> T patiently(Fault fault, Lateness lateness, Callable<T> call)
      throws Exception {
    for (int tries = 1; ; tries++) {
      long fromMs = System.currentTimeMillis();
      try {
        return call.call();
      } catch (CallFailed e) {
        long lateMs = lateness.msWithin(fromMs, System.currentTimeMillis() - fromMs);
        boolean excused = fault instanceof Fault.Restart || lateMs > SLACK_MS;
        if (!excused || tries == TRIES_MAX) {
          throw e;
        }
      }
    }
  }

  private static FaultVerdict tried(
      ClientCall call,
      Fault fault,
      FaultyRelay relay,
      String tube,
      long job,
      Current current,
      Lateness lateness)
      throws Exception {
    var problems = new ArrayList<String>();
    var address = new ServerAddress.Tcp("127.0.0.1", relay.port());
    int bytes = fault instanceof Fault.StallInRequest ? LARGE_BYTES : 100;
    var puts = new LinkedHashMap<Long, byte[]>();
    try (var prepared = prepared(address, call, tube, job, bytes, puts)) {
      var client = prepared.client();
      long fromMs = System.currentTimeMillis();
      long start = System.nanoTime();
      var failed = failure(prepared.call());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      long deadlineMs = PATIENCE.plus(call.waits()).toMillis();
      // A body that moves puts it off: a second for each MiB.
      long movedMs = fault instanceof Fault.StallInRequest ? LARGE_BYTES / 1048 : 0;
      long pastMs = tookMs - deadlineMs - movedMs;
      if (pastMs > SLACK_MS + lateness.msWithin(fromMs, tookMs)) {
        problems.add("it is " + pastMs + " ms late");
      }
      problems.addAll(outcome(call, fault, failed));
      if (!relay.struck()) {
        problems.add("the fault never happened");
      } else if (fault instanceof Fault.Restart) {
        Await.until("the server is back", relay::restarted);
      }
      if (call == ClientCall.PUT_ONCE) {
        problems.addAll(doubled(patiently(fault, lateness, () -> putAgain(client, tube))));
      }
      long _ = patiently(fault, lateness, () -> put(client, "again", puts));
      var used = patiently(fault, lateness, () -> client.call(tube, Requests.listTubeUsed()));
      if (!used.equals(tube)) {
        problems.add("the used tube was not restored");
      }
      problems.addAll(lost(puts, current.server()));
      return new FaultVerdict(
          problems.stream().map(what -> call + ", " + fault + ": " + what + " " + failed).toList(),
          pastMs);
    }
  }

  private static Optional<CallFailed> failure(Callable<Object> call) throws Exception {
    try {
      call.call();
      return Optional.empty();
    } catch (CallFailed e) {
      return Optional.of(e);
    }
  }

  /** With a key: asked again until it is known, and then how many jobs there were in the tube. */
  private static String putAgain(JobClient client, String tube) {
    var _ = client.putOnce(tube, "key", new byte[100], JobOptions.DEFAULT);
    return String.valueOf(client.call(Requests.statsTube(tube)).orElseThrow().get("total-jobs"));
  }

  /** There must be one job more than was ready, however often it was asked. */
  private static List<String> doubled(String total) {
    return total.equals("2") ? List.of() : List.of("with a key there are " + total + " jobs");
  }

  private static List<String> outcome(ClientCall call, Fault fault, Optional<CallFailed> failed) {
    var outcome = failed.map(CallFailed::outcome);
    boolean right =
        switch (fault) {
          case Fault.Surplus _ -> call.isOfAConnection() || failed.isEmpty();
          case Fault.Reset _, Fault.Fin _, Fault.Garbage _ when call == ClientCall.PUT_ONCE ->
              failed.isEmpty() || outcome.equals(Optional.of(CallFailed.Outcome.UNKNOWN));
          case Fault.StallInRequest _ -> outcome.equals(Optional.of(CallFailed.Outcome.NOT_DONE));
          default ->
              call.isOfAConnection()
                  ? !outcome.equals(Optional.of(CallFailed.Outcome.UNKNOWN))
                  : outcome.equals(Optional.of(CallFailed.Outcome.UNKNOWN));
        };
    return right ? List.of() : List.of("that is not how it ended: ");
  }

  /** Puts into a tube of its own, over the relay, and remembers what was acknowledged. */
  private static long put(JobClient client, String body, Map<Long, byte[]> puts) {
    var bytes = body.getBytes(UTF_8);
    var result = client.put("kept", bytes, JobOptions.DEFAULT);
    long job = ((PutResult.Inserted) result).job();
    puts.put(job, bytes);
    return job;
  }

  /** Acknowledged puts that the server does not have. */
  private static List<String> lost(Map<Long, byte[]> puts, RunningServer server)
      throws IOException {
    var lost = new ArrayList<String>();
    try (var talk = server.connect()) {
      for (var put : puts.entrySet()) {
        var body = new String(put.getValue(), UTF_8);
        if (!talk.ask("peek " + put.getKey()).body().equals(body)) {
          lost.add("lost the job '" + body + "', " + put.getKey());
        }
      }
    }
    return lost;
  }
}
