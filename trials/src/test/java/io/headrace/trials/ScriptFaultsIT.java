package io.headrace.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients for scripts while the connection fails in every way that we know: no call returns
 * later than its deadline and a little more, no wrong reply is taken, no acknowledged put is lost,
 * and a call whose outcome is not known says so. What the machine itself was late is measured at
 * the same time, and granted.
 *
 * <p>{@code -Dheadrace.trials.faults=all} makes every call, with more garbage, and on beanstalkd
 * too.
 */
final class ScriptFaultsIT {

  private static final boolean ALL = "all".equals(System.getProperty("headrace.trials.faults"));
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());
  private static final int AT_ONCE = 12;
  private static final int PATIENCE_S = 1;

  /** A large body takes bash some time before its first byte is sent. */
  private static final int PATIENCE_LARGE_S = 4;

  /** Of a call that is answered, and whose deadline is not what is looked at. */
  private static final int PATIENCE_ANSWERED_S = 20;

  /** More than the kernels of both ends take before somebody reads. */
  private static final int LARGE_BYTES = 6_000_000;

  private static final String BODY_BYTES_MAX = Integer.toString(16 << 20);

  /** One call of each kind: with a body there, with a body back, and with none. */
  private static final List<String> SOME_CALLS =
      List.of("put", "reserve", "delete", "use", "stats_tube");

  @TempDir Path folder;

  private final AtomicInteger tubes = new AtomicInteger();

  /** A fault, given the tube that is spoken of, with a name for people. */
  private record Named(String name, Function<String, Fault> ofTube) {}

  /** What a client made of a fault, if it happened. */
  private record Attempt(boolean struck, FaultVerdict verdict) {}

  private interface Attempts {
    Attempt next() throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> faults_on_headrace() throws Exception {
    return faultsOn(Peer.HEADRACE);
  }

  @TestFactory
  Stream<DynamicTest> faults_on_beanstalkd() throws Exception {
    return ALL ? faultsOn(Peer.BEANSTALKD) : Stream.empty();
  }

  @TestFactory
  Stream<DynamicTest> restarts_of_headrace() throws Exception {
    // A JVM takes its time to start.
    return restartsOf(Peer.HEADRACE, client -> ALL ? client.calls() : List.of("put"));
  }

  @TestFactory
  Stream<DynamicTest> restarts_of_beanstalkd() throws Exception {
    return restartsOf(Peer.BEANSTALKD, ScriptFaultsIT::calls);
  }

  private Stream<DynamicTest> faultsOn(Peer peer) throws Exception {
    try (var server = RunningServer.of(peer, folder).options("-z", BODY_BYTES_MAX).start();
        var pool = Executors.newFixedThreadPool(AT_ONCE);
        var lateness = Lateness.measured()) {
      Map<String, List<Future<FaultVerdict>>> found = new LinkedHashMap<>();
      for (var client : ScriptClient.values()) {
        for (var call : calls(client)) {
          for (var named : faults(call)) {
            Attempts attempts = () -> one(client, call, named.ofTube(), server, lateness);
            found
                .computeIfAbsent(client + ": " + named.name(), _ -> new ArrayList<>())
                .add(pool.submit(() -> verdict(attempts)));
          }
        }
      }
      return FaultVerdict.tests(found, SEED);
    }
  }

  private Stream<DynamicTest> restartsOf(Peer peer, Function<ScriptClient, List<String>> calls)
      throws Exception {
    try (var pool = Executors.newFixedThreadPool(AT_ONCE);
        var lateness = Lateness.measured()) {
      Map<String, List<Future<FaultVerdict>>> found = new LinkedHashMap<>();
      for (var client : ScriptClient.values()) {
        for (var call : calls.apply(client)) {
          found
              .computeIfAbsent(client + ": the server restarts", _ -> new ArrayList<>())
              .add(pool.submit(() -> verdict(() -> restarted(peer, client, call, lateness))));
        }
      }
      return FaultVerdict.tests(found, SEED);
    }
  }

  private static boolean large(Fault fault) {
    return fault instanceof Fault.StallInRequest;
  }

  private static boolean answered(Fault fault) {
    return fault instanceof Fault.Surplus;
  }

  private static int patienceS(Fault fault) {
    if (answered(fault)) {
      return PATIENCE_ANSWERED_S;
    }
    return large(fault) ? PATIENCE_LARGE_S : PATIENCE_S;
  }

  private static long deadlineMs(String call, Fault fault) {
    int patienceS = patienceS(fault);
    return TimeUnit.SECONDS.toMillis(call.equals("reserve") ? 1 + patienceS : patienceS);
  }

  private static List<String> calls(ScriptClient client) {
    return ALL ? client.calls() : SOME_CALLS;
  }

  private static List<Named> faults(String call) {
    var another = call.equals("delete") ? "TOUCHED\r\n" : "DELETED\r\n";
    int some = ScriptClient.replyTo(call, "").length() - 2;
    var faults = new ArrayList<Named>();
    faults.add(new Named("a stall before the request", _ -> new Fault.StallBeforeRequest()));
    faults.add(new Named("a stall after the request", _ -> new Fault.StallAfterRequest()));
    faults.add(new Named("a stall in the reply", _ -> new Fault.StallInReply(some)));
    faults.add(new Named("a reset", _ -> new Fault.Reset()));
    faults.add(new Named("a close", _ -> new Fault.Fin()));
    faults.add(new Named("a byte a second", _ -> new Fault.Drip(Duration.ofSeconds(1))));
    faults.add(new Named("a reply to something else", _ -> new Fault.Garbage(another)));
    faults.add(garbage("a NUL in the reply", call, ScriptFaultsIT::holed));
    faults.add(new Named("a reply too many", _ -> new Fault.Surplus(another)));
    if (call.equals("put")) {
      faults.add(new Named("a stall in a body that is sent", _ -> new Fault.StallInRequest(5000)));
    }
    if (ALL || call.equals("put") || call.equals("reserve")) {
      faults.add(garbage("noise", call, ScriptFaultsIT::noise));
      faults.add(garbage("no end of a line", call, _ -> "x".repeat(100_000)));
      faults.add(garbage("a bare line feed", call, reply -> reply.replace("\r\n", "\n")));
      faults.add(garbage("another protocol", call, _ -> "HTTP/1.1 400 Bad\r\n\r\n"));
      faults.add(garbage("an empty line", call, _ -> "\r\n"));
    }
    if (call.equals("reserve")) {
      faults.add(garbage("a huge body", call, ScriptFaultsIT::huge));
    }
    return faults;
  }

  /** What a good reply is made into. */
  private static Named garbage(String name, String call, UnaryOperator<String> made) {
    return new Named(name, tube -> new Fault.Garbage(made.apply(ScriptClient.replyTo(call, tube))));
  }

  private static String holed(String reply) {
    return reply.substring(0, 3) + '\0' + reply.substring(3);
  }

  private static String noise(String reply) {
    var bytes = new StringBuilder();
    new Random(SEED + reply.hashCode()).ints(200, 0, 256).forEach(one -> bytes.append((char) one));
    return bytes.toString();
  }

  private static String huge(String reply) {
    return reply.replaceFirst(" 1\r\n", " 4294967295\r\n") + "x".repeat(1000);
  }

  /**
   * Tries once more where the fault did not happen: a machine that is late may use up the patience
   * before the request is sent.
   */
  private static FaultVerdict verdict(Attempts attempts) throws IOException {
    var first = attempts.next();
    return first.struck() ? first.verdict() : attempts.next().verdict();
  }

  private Attempt one(
      ScriptClient client,
      String call,
      Function<String, Fault> ofTube,
      RunningServer server,
      Lateness lateness)
      throws IOException {
    var tube = "faulty." + tubes.incrementAndGet();
    var fault = ofTube.apply(tube);
    ready(server, tube);
    try (var relay = FaultyRelay.to(server.port(), ScriptClient.requestOf(call, tube), fault)) {
      var run = run(client, call, fault, relay, tube);
      var problems = problems(client, call, fault, run, lateness, tube);
      if (!relay.struck()) {
        problems.add("the fault never happened");
      }
      problems.addAll(lost(run, server));
      return new Attempt(relay.struck(), told(client, call, fault, problems, run));
    }
  }

  private Attempt restarted(Peer peer, ScriptClient client, String call, Lateness lateness)
      throws IOException {
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
    ready(servers.getFirst(), tube);
    try (var relay =
        FaultyRelay.to(servers.getFirst().port(), ScriptClient.requestOf(call, tube), fault)) {
      var run = run(client, call, fault, relay, tube);
      var problems = problems(client, call, fault, run, lateness, tube);
      if (servers.size() != 2) {
        problems.add("the server did not restart");
      }
      problems.addAll(lost(run, servers.getLast()));
      return new Attempt(relay.struck(), told(client, call, fault, problems, run));
    } finally {
      servers.forEach(RunningServer::close);
    }
  }

  private static void ready(RunningServer server, String tube) throws IOException {
    try (var talk = server.connect()) {
      talk.ask("use " + tube);
      talk.put("ready");
    }
  }

  private static ScriptRun run(
      ScriptClient client, String call, Fault fault, FaultyRelay relay, String tube) {
    var server = "127.0.0.1:" + relay.port();
    var patience = Integer.toString(patienceS(fault));
    var bytes = Integer.toString(large(fault) ? LARGE_BYTES : 100);
    return ScriptRun.of(List.of(client.script(), server, patience, tube, call, bytes));
  }

  private static List<String> problems(
      ScriptClient client,
      String call,
      Fault fault,
      ScriptRun run,
      Lateness lateness,
      String tube) {
    var problems = new ArrayList<String>();
    boolean answered = answered(fault);
    var first = run.call("first");
    if (answered) {
      if (first.status() > 1 || run.call("second").status() != 3) {
        problems.add("the reply too many was taken, or the right one was not");
      }
    } else {
      problems.addAll(run.problems(client, deadlineMs(call, fault), lateness));
      if (first.known() || !first.message().contains("; whether '")) {
        problems.add("it does not say that the outcome is unknown");
      }
    }
    if (large(fault) && !first.message().contains("it took no more bytes within")) {
      problems.add("it did not wait in the write");
    }
    if (run.call("again").status() != 0) {
      problems.add("a new connection does not work");
    }
    run.restored()
        .map(TreeSet::new)
        .filter(tubes -> !tubes.equals(restored(call, tube, answered)))
        .ifPresent(tubes -> problems.add("restored was " + tubes));
    return problems;
  }

  /** The tubes that are used or watched: what failed is not among it. */
  private static Set<String> restored(String call, String tube, boolean done) {
    boolean more =
        switch (call) {
          case "use", "watch" -> done;
          case "ignore" -> !done;
          default -> false;
        };
    return more ? Set.of(tube, tube + ".more") : Set.of(tube);
  }

  /** Acknowledged puts that the server does not have. */
  private static List<String> lost(ScriptRun run, RunningServer server) throws IOException {
    var lost = new ArrayList<String>();
    try (var talk = server.connect()) {
      for (var name : List.of("kept", "again")) {
        var job = run.job(name);
        if (job.isEmpty() || !talk.ask("peek " + job.get()).body().equals(name)) {
          lost.add("lost the job '" + name + "' " + job);
        }
      }
    }
    return lost;
  }

  private static FaultVerdict told(
      ScriptClient client, String call, Fault fault, List<String> problems, ScriptRun run) {
    var text = "%s %s: %s%n%s".formatted(client, call, problems, run.outcome().all());
    return new FaultVerdict(
        problems.isEmpty() ? List.of() : List.of(text),
        run.call("first").ms() - deadlineMs(call, fault));
  }
}
