package io.headrace.cli;

import io.headrace.cli.config.Configuration;
import io.headrace.cli.config.Durable;
import io.headrace.cli.config.Origin;
import io.headrace.cli.config.Settings;
import io.headrace.journal.Durability;
import io.headrace.server.AdminPlace;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.PeerOptions;
import io.headrace.server.Quantity;
import io.headrace.server.UnusableFileException;
import io.headrace.server.captures.RecorderOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headrace serve}. */
@Command(
    name = "serve",
    description = {
      "Runs the server until it is told to stop.",
      "",
      "Every option is also a key of headrace.toml and a variable: --max-job-size,"
          + " max-job-size = ..., HEADRACE_MAX_JOB_SIZE. 'headrace config show' shows what is in"
          + " force.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  headrace serve",
      "  headrace serve --listen unix:/run/headrace.sock --data /srv/jobs",
      "  headrace serve --listen tls::11300 --tls-cert cert.pem --tls-key key.pem --tokens tokens"
    })
final class ServeVerb implements Callable<Integer> {
  @Mixin private SettingFlags flags;
  @Mixin private Output output;

  @Override
  public Integer call() {
    var configuration = flags.load();
    var plan = plan(configuration);
    var drainFor = configuration.get(Settings.DRAIN_TIMEOUT);
    var running = start(configuration, plan, drainFor);
    announce(running, plan);
    return running.awaitEnd();
  }

  private static RunningServer start(
      Configuration configuration, ServerPlan plan, Duration drainFor) {
    try {
      return RunningServer.start(
          plan,
          LogLevel.WARN,
          new RecoveryLines(),
          running -> List.of("TERM", "INT", "HUP").forEach(s -> running.stopGentlyOn(s, drainFor)),
          Optional.of(drainFor));
    } catch (UnusableFileException e) {
      throw ServeSecurity.failure(configuration, e.setting(), e);
    } catch (ListenException e) {
      throw ServeSecurity.failure(configuration, e.setting(), e);
    }
  }

  private static ServerPlan plan(Configuration configuration) {
    return new ServerPlan(
        listen(configuration),
        data(configuration),
        durability(configuration.get(Settings.DURABILITY)),
        Math.toIntExact(configuration.get(Settings.SEGMENT_SIZE)),
        Math.toIntExact(configuration.get(Settings.MAX_JOB_SIZE)),
        configuration.get(Settings.MEMORY_MAX),
        configuration.get(Settings.JOBS_MAX),
        new ConnectionOptions(
            configuration.get(Settings.CONNECTIONS_MAX),
            configuration.get(Settings.CONNECTIONS_MAX_PER_ADDRESS),
            configuration.get(Settings.CONNECTIONS_MAX_PER_LISTENER)),
        configuration.get(Settings.POLICY),
        new EventOptions(
            configuration.get(Settings.ON_EVENT),
            configuration.get(Settings.ON_EVENT_URL),
            configuration.get(Settings.ON_EVENT_RATE),
            configuration.get(Settings.ON_EVENT_AGE)),
        new RecorderOptions(
            configuration.get(Settings.RECORDER),
            configuration.get(Settings.RECORDER_MAX),
            configuration.get(Settings.CAPTURES_MAX),
            configuration.get(Settings.CAPTURES_SIZE),
            configuration.get(Settings.CAPTURES_AGE)),
        admin(configuration),
        new PeerOptions(
            configuration.get(Settings.PEER_TIMEOUT),
            configuration.get(Settings.COMMAND_TIMEOUT),
            configuration.get(Settings.SEND_TIMEOUT),
            configuration.get(Settings.INPUT_MAX)),
        ServeSecurity.options(configuration),
        new KeyOptions(
            configuration.get(Settings.KEYS_MAX), configuration.get(Settings.KEY_WINDOW)));
  }

  /** An address that nobody has chosen may be taken, by a second server of this machine. */
  private static Optional<AdminPlace> admin(Configuration configuration) {
    boolean optional = configuration.origin(Settings.ADMIN_LISTEN) instanceof Origin.Default;
    return configuration
        .get(Settings.ADMIN_LISTEN)
        .map(address -> new AdminPlace(address, optional));
  }

  /** Sockets that were handed over take the place of addresses that nobody has chosen. */
  private static List<ListenAddress> listen(Configuration configuration) {
    var origin = configuration.origin(Settings.LISTEN);
    if (origin instanceof Origin.Default && ServerPlan.inheritsSockets(System.getenv())) {
      return List.of();
    }
    try {
      var addresses =
          configuration.all(Settings.LISTEN).stream().map(ListenAddress::parse).toList();
      ServeSecurity.check(configuration, addresses);
      return addresses;
    } catch (ListenException e) {
      throw new Failure(Exit.USAGE, origin + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Path> data(Configuration configuration) {
    return configuration.get(Settings.DURABILITY) instanceof Durable.None
        ? Optional.empty()
        : configuration.get(Settings.DATA);
  }

  private static Durability durability(Durable durable) {
    return switch (durable) {
      case Durable.Fsync _ -> new Durability.Fsync();
      case Durable.Interval(var atMost) -> new Durability.Interval(atMost);
      case Durable.Never _, Durable.None _ -> new Durability.Never();
    };
  }

  /**
   * Says in five lines where it listens, where its data is, how durable, how to stop and try; in
   * one more where its metrics are; and last how many connections it takes.
   */
  private void announce(RunningServer running, ServerPlan plan) {
    var addresses = running.addresses();
    var first = addresses.isEmpty() ? "" : addresses.getFirst();
    var server = first.equals("127.0.0.1:11300") ? "" : " --server " + first;
    long pid = ProcessHandle.current().pid();
    var lines = new ArrayList<String>();
    lines.addAll(
        List.of(
            "headrace " + Version.text() + " listens on " + String.join(", ", addresses),
            plan.data()
                .map(path -> "jobs are kept in " + path)
                .orElse("jobs are kept in memory only: they end with this server"),
            durableLine(plan),
            "stop it with Ctrl-C or 'kill " + pid + "'; 'kill -USR1 " + pid + "' drains it",
            "try: headrace put" + server + " hello; headrace reserve" + server + " --delete"));
    running.adminAddress().ifPresent(at -> lines.add("metrics: http://" + at + "/metrics"));
    lines.add(connectionsLine(running));
    var value = new LinkedHashMap<String, Object>();
    value.put("version", Version.text());
    value.put("pid", pid);
    value.put("listen", addresses);
    value.put("data", plan.data().map(Path::toString));
    value.put("durability", durableWord(plan));
    value.put("admin", running.adminAddress());
    value.put("connectionsMax", running.connections().max());
    value.put("connectionsMaxPerAddress", running.connections().maxPerAddress());
    value.put("descriptorsMax", running.descriptorsMax());
    output.result(String.join("\n", lines), value);
  }

  private static String connectionsLine(RunningServer running) {
    var connections = running.connections();
    var line =
        String.format(
            Locale.ROOT,
            "connections: at most %,d, of %,d descriptors",
            connections.max(),
            running.descriptorsMax());
    return connections.maxPerAddress() == connections.max()
        ? line
        : line + String.format(Locale.ROOT, "; %,d an address", connections.maxPerAddress());
  }

  private static String durableWord(ServerPlan plan) {
    if (plan.data().isEmpty()) {
      return "none";
    }
    return switch (plan.durability()) {
      case Durability.Fsync _ -> "fsync";
      case Durability.Interval(var every) -> "interval:" + Quantity.text(every);
      case Durability.Never _ -> "never";
    };
  }

  private static String durableLine(ServerPlan plan) {
    if (plan.data().isEmpty()) {
      return "durability: none; without '--data none' and '--durability none' a restart keeps jobs";
    }
    return "durability: "
        + switch (plan.durability()) {
          case Durability.Fsync _ -> "fsync; what is acknowledged is on the disk";
          case Durability.Interval(var every) ->
              durableWord(plan)
                  + "; a power failure takes at most the last "
                  + Quantity.text(every)
                  + ", a crash of this server nothing";
          case Durability.Never _ ->
              "never forced; a power failure may take much, a crash of this server nothing";
        };
  }
}
