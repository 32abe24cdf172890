package io.headrace.cli.bench;

import io.headrace.client.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Runs a load against one server: one thread, one selector, all connections. A closed loop: a
 * command is sent when a reply has made room for it.
 */
public final class BenchRun {
  private static final long WAIT_MS = 100;

  /** Seconds that a consumer of the mixed phase lets the server wait for a job. */
  private static final int RESERVE_SECONDS = 1;

  private final ServerAddress server;
  private final CpuMeter meter;
  private final Load load;
  private final Account account;

  private List<BenchConnection> connections = List.of();
  private PhaseRun phase;

  private BenchRun(ServerAddress server, OptionalLong serverPid, Load load, long run) {
    this.server = server;
    this.load = load;
    meter = new CpuMeter(serverPid);
    account = new Account(run, load.bodyBytes(), load.putsMax());
    phase = new PhaseRun(load.phases().getFirst());
  }

  /** The figures of the phase that runs. */
  private final class PhaseRun {
    private final Load.Phase kind;
    private final Latencies put = new Latencies();
    private final Latencies reserve = new Latencies();
    private final Latencies delete = new Latencies();
    private final Latencies putToReserved = new Latencies();
    private final int sentBefore = account.sent;
    private final int takenBefore = account.taken;
    private final int acknowledgedBefore = account.acknowledged;
    private final int refusedBefore = account.refused;
    private long lastNs;

    PhaseRun(Load.Phase kind) {
      this.kind = kind;
    }

    boolean mayPut() {
      boolean room = account.sent - sentBefore < load.jobs();
      if (kind != Load.Phase.MIXED) {
        return room;
      }
      // Else producers run ahead, and the phase measures how a backlog grows.
      long backlogMax = 4L * load.connections() * load.depth();
      return room && account.sent - account.refused - account.taken < backlogMax;
    }

    boolean allPut() {
      int settled = account.acknowledged - acknowledgedBefore + (account.refused - refusedBefore);
      return settled >= load.jobs();
    }

    int jobs() {
      return kind == Load.Phase.DRAIN
          ? account.taken - takenBefore
          : account.acknowledged - acknowledgedBefore;
    }

    Map<String, Map<String, Double>> latencies() {
      var map = new LinkedHashMap<String, Map<String, Double>>();
      add(map, "put", put);
      add(map, "reserve", reserve);
      add(map, "delete", delete);
      add(map, "put_to_reserved", putToReserved);
      return map;
    }

    private void add(Map<String, Map<String, Double>> map, String name, Latencies times) {
      if (!times.isEmpty()) {
        map.put(name, times.toMap());
      }
    }
  }

  /**
   * Runs all phases.
   *
   * @param run tells this run's jobs from those of others
   * @throws BenchException when the server cannot be reached, goes away or stands still
   */
  public static BenchReport run(ServerAddress server, OptionalLong serverPid, Load load, long run) {
    return new BenchRun(server, serverPid, load, run).run();
  }

  private BenchReport run() {
    var results = new ArrayList<PhaseResult>();
    for (var kind : load.phases()) {
      results.add(run(kind));
    }
    return new BenchReport(
        results,
        account.sent,
        account.acknowledged,
        account.taken,
        account.deleted,
        account.missing(),
        load.phases().getLast() != Load.Phase.PUT,
        account.refused,
        account.duplicates,
        account.corrupt,
        account.foreign,
        account.wrongId,
        account.deleteNotFound);
  }

  private PhaseResult run(Load.Phase kind) {
    try (var selector = Selector.open()) {
      connections = connect(selector, kind);
      try {
        setUp(selector);
        phase = new PhaseRun(kind);
        var before = meter.read();
        long start = System.nanoTime();
        phase.lastNs = start;
        connections.forEach(connection -> fill(connection, start));
        pump(selector, start);
        var after = meter.read();
        return result(before, after, Math.max(1, phase.lastNs - start), System.nanoTime() - start);
      } finally {
        for (var connection : connections) {
          connection.channel.close();
        }
      }
    } catch (IOException e) {
      throw new BenchException(server + ": " + e.getMessage(), e);
    }
  }

  private PhaseResult result(
      CpuMeter.Reading before, CpuMeter.Reading after, long ns, long wallNs) {
    long serverNs = after.serverNs() - before.serverNs();
    long otherNs =
        after.machineBusyNs()
            - before.machineBusyNs()
            - serverNs
            - (after.ownNs() - before.ownNs());
    int jobs = phase.jobs();
    return new PhaseResult(
        phase.kind,
        jobs,
        ns / 1e9,
        serverNs == 0 || jobs == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(serverNs / 1e3 / jobs),
        Math.max(0, (double) otherNs / wallNs),
        meter.serverBytes().stream().mapToDouble(bytes -> bytes / 1048576.0).findFirst(),
        phase.latencies());
  }

  private List<BenchConnection> connect(Selector selector, Load.Phase kind) throws IOException {
    var made = new ArrayList<BenchConnection>();
    for (int i = 0; i < load.connections(); i++) {
      var channel =
          switch (server) {
            case ServerAddress.Tcp tcp -> dial(new InetSocketAddress(tcp.host(), tcp.port()));
            case ServerAddress.Tls tls ->
                throw new BenchException(tls + ": the load does not speak TLS; name a plain port");
            case ServerAddress.Unix unix -> dial(UnixDomainSocketAddress.of(unix.path()));
          };
      boolean putting = kind == Load.Phase.PUT || (kind == Load.Phase.MIXED && i % 2 == 0);
      var key = channel.register(selector, SelectionKey.OP_READ);
      var connection = new BenchConnection(channel, key, load, putting);
      key.attach(connection);
      made.add(connection);
    }
    return made;
  }

  private static SocketChannel dial(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(address);
      channel.configureBlocking(false);
      return channel;
    }
    var channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }

  private void setUp(Selector selector) throws IOException {
    for (var connection : connections) {
      if (connection.putting) {
        connection.setUp("use " + load.tube());
      } else {
        connection.setUp("watch " + load.tube());
        if (!load.tube().equals("default")) {
          connection.setUp("ignore default");
        }
      }
      connection.flush();
    }
    long start = System.nanoTime();
    while (connections.stream().anyMatch(connection -> !connection.idle())) {
      turn(selector, start, (_, _) -> {});
    }
  }

  private interface Filler {
    void fill(BenchConnection connection, long nowNs);
  }

  private void pump(Selector selector, long start) throws IOException {
    for (var connection : connections) {
      connection.flush();
    }
    while (!over()) {
      turn(selector, start, this::fill);
      if (phase.kind == Load.Phase.MIXED) {
        goOnPutting();
      }
    }
  }

  /** A producer that was held back by the backlog gets no reply that would make it go on. */
  private void goOnPutting() throws IOException {
    for (var connection : connections) {
      if (connection.putting && connection.free > 0 && phase.mayPut()) {
        fill(connection, System.nanoTime());
        connection.flush();
      }
    }
  }

  /** A phase is over when nothing more will be sent and nothing is awaited that can still come. */
  private boolean over() {
    return switch (phase.kind) {
      case PUT -> phase.allPut();
      case DRAIN -> connections.stream().allMatch(one -> one.dry && one.idle());
      case MIXED -> phase.allPut() && account.deleted >= account.acknowledged;
    };
  }

  private void turn(Selector selector, long start, Filler filler) throws IOException {
    int ready = selector.select(WAIT_MS);
    long nowNs = System.nanoTime();
    if (nowNs - start > load.limit().toNanos()) {
      throw new BenchException(
          server
              + ": phase "
              + phase.kind
              + " took longer than "
              + load.limit().toSeconds()
              + " s; "
              + account.acknowledged
              + " of "
              + account.sent
              + " puts were acknowledged, "
              + account.deleted
              + " jobs deleted. Raise --limit or lower --jobs");
    }
    if (ready == 0) {
      return;
    }
    for (var key : selector.selectedKeys()) {
      if (key.attachment() instanceof BenchConnection connection) {
        serve(connection, key, nowNs, filler);
      }
    }
    selector.selectedKeys().clear();
  }

  private void serve(BenchConnection connection, SelectionKey key, long nowNs, Filler filler)
      throws IOException {
    if (key.isReadable()) {
      boolean open =
          connection.receive((kind, sentNs, number, line, bytes, at, length) ->
              reply(connection, nowNs, kind, sentNs, number, line, bytes, at, length));
      if (!open) {
        throw new IOException("the server closed a connection");
      }
    }
    filler.fill(connection, nowNs);
    connection.flush();
  }

  private void reply(
      BenchConnection connection,
      long nowNs,
      int kind,
      long sentNs,
      int number,
      String line,
      byte[] bytes,
      int bodyAt,
      int bodyBytes)
      throws IOException {
    switch (kind) {
      case BenchConnection.SETUP -> {
        if (!line.startsWith("USING ") && !line.startsWith("WATCHING ")) {
          throw new IOException("it answered '" + line + "' to use or watch");
        }
      }
      case BenchConnection.PUT -> {
        connection.free++;
        if (line.startsWith("INSERTED ")) {
          phase.put.record(nowNs - sentNs);
          account.acknowledged(number, Long.parseLong(line.substring("INSERTED ".length())));
          phase.lastNs = nowNs;
        } else {
          account.refused(number);
        }
      }
      case BenchConnection.RESERVE ->
          reserved(connection, nowNs, sentNs, line, bytes, bodyAt, bodyBytes);
      case BenchConnection.DELETE -> {
        connection.free++;
        if (line.equals("DELETED")) {
          phase.delete.record(nowNs - sentNs);
          account.deleted(number);
          phase.lastNs = nowNs;
        } else {
          account.deleteNotFound++;
        }
      }
      default -> throw new IOException("it answered '" + line + "' to nothing");
    }
  }

  private void reserved(
      BenchConnection connection,
      long nowNs,
      long sentNs,
      String line,
      byte[] bytes,
      int bodyAt,
      int bodyBytes)
      throws IOException {
    connection.waiting = false;
    if (line.equals("TIMED_OUT")) {
      connection.free++;
      connection.dry = true;
      return;
    }
    if (!line.startsWith("RESERVED ")) {
      throw new IOException("it answered '" + line + "' to a reserve");
    }
    connection.dry = false;
    phase.reserve.record(nowNs - sentNs);
    long id = Long.parseLong(line.substring("RESERVED ".length(), line.lastIndexOf(' ')));
    int number = account.taken(id, bytes, bodyAt, bodyBytes);
    if (number >= 0 && phase.kind == Load.Phase.MIXED) {
      phase.putToReserved.record(nowNs - Account.sentNs(bytes, bodyAt));
    }
    connection.delete(id, number, nowNs);
  }

  /** Sends what there is room for. */
  private void fill(BenchConnection connection, long nowNs) {
    if (connection.putting) {
      while (connection.free > 0 && phase.mayPut()) {
        connection.free--;
        connection.put(account, nowNs);
      }
      return;
    }
    if (phase.kind == Load.Phase.DRAIN) {
      while (connection.free > 0 && !connection.dry) {
        connection.free--;
        connection.reserve(0, nowNs);
      }
      return;
    }
    // A reserve that waits holds up every reply behind it: it is sent alone. While jobs come,
    // others follow that do not wait; one that finds nothing lets the connection run empty first.
    if (connection.idle()) {
      connection.free--;
      connection.waiting = true;
      connection.dry = false;
      connection.reserve(RESERVE_SECONDS, nowNs);
      return;
    }
    while (connection.free > 0 && !connection.waiting && !connection.dry) {
      connection.free--;
      connection.reserve(0, nowNs);
    }
  }
}
