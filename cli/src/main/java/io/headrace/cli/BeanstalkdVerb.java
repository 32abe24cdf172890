package io.headrace.cli;

import io.headrace.cli.config.Settings;
import io.headrace.journal.Durability;
import io.headrace.journal.FileDisk;
import io.headrace.journal.JournalException;
import io.headrace.journal.RecoveryListener;
import io.headrace.queue.PolicySettings;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.ListenException;
import io.headrace.server.PeerOptions;
import io.headrace.server.SecurityOptions;
import io.headrace.server.ServerOptions;
import io.headrace.server.captures.RecorderOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code headrace beanstalkd}: a server with beanstalkd's command line, messages and exit codes.
 * Without {@code -l} it listens on loopback only, where beanstalkd listens on every address.
 */
final class BeanstalkdVerb {
  /** Suites and scripts read this: it stays two words, and the version is that of the protocol. */
  private static final String VERSION = "beanstalkd 1.13";

  private static final String USAGE =
      """
      Use: beanstalkd [OPTIONS]

      Options:
       -b DIR   keep jobs in this directory (unless given: in memory only)
       -f MS    fsync at most MS milliseconds after a change (default is 50);
                use -f0 to fsync before each reply
       -F       never fsync
       -l ADDR  listen on this address, or on unix:PATH
                (default is 127.0.0.1 and ::1)
       -p PORT  listen on this port (default is 11300)
       -u USER  become this user and group
       -z BYTES largest body of a job (default is 65535); at most 1073741824
       -s BYTES size of each file in DIR (default is 10485760)
       -v       show the version
       -V       say more; may be repeated
       -h       show this help

      Headrace in place of beanstalkd; 'headrace serve' has more to offer.
      """;

  private static final int NO_SUCH_USER = 33;
  private static final int NOT_PERMITTED = 34;
  private static final int WRONG_USAGE = 5;
  private static final int NO_LOCK = 10;
  private static final int NO_SOCKET = 111;

  private static final long SEGMENT_BYTES_MIN = 64 << 10;
  private static final long SEGMENT_BYTES_MAX = 1 << 30;

  private BeanstalkdVerb() {}

  static int run(List<String> words) {
    return switch (BeanstalkdArguments.parse(words)) {
      case BeanstalkdArguments.Parsed.Help _ -> {
        System.out.print(USAGE);
        yield 0;
      }
      case BeanstalkdArguments.Parsed.Version _ -> {
        System.out.println(VERSION);
        yield 0;
      }
      case BeanstalkdArguments.Parsed.Wrong(var message) -> {
        warn(message);
        System.err.print(USAGE);
        yield WRONG_USAGE;
      }
      case BeanstalkdArguments.Parsed.Start(var arguments) -> {
        arguments.warnings().forEach(BeanstalkdVerb::warn);
        yield serve(arguments);
      }
    };
  }

  private static int serve(BeanstalkdArguments arguments) {
    if (arguments.verbosity() > 0) {
      System.out.println("pid " + ProcessHandle.current().pid());
    }
    try {
      if (arguments.user().isPresent()) {
        int code = become(arguments.user().get());
        if (code != 0) {
          return code;
        }
      }
      if (arguments.data().isPresent()) {
        int code = look(arguments.data().get());
        if (code != 0) {
          return code;
        }
      }
      var running =
          RunningServer.start(
              plan(arguments),
              level(arguments.verbosity()),
              new Notices(),
              BeanstalkdVerb::endOnSignals,
              Optional.empty());
      return running.awaitEnd();
    } catch (ListenException e) {
      warn(String.valueOf(e.getMessage()));
      return NO_SOCKET;
    } catch (JournalException e) {
      warn(String.valueOf(e.getMessage()));
      return Exit.NO;
    }
  }

  /** The original dies of the signal; who started it sees 128 and its number. */
  private static void endOnSignals(RunningServer running) {
    running.stopOn("TERM", 128 + 15);
    running.stopOn("INT", 128 + 2);
  }

  /** Silent like the original, unless asked to speak. */
  private static LogLevel level(int verbosity) {
    return switch (verbosity) {
      case 0 -> LogLevel.WARN;
      case 1 -> LogLevel.INFO;
      default -> LogLevel.DEBUG;
    };
  }

  /** Says only what a person must know of a recovery. */
  private static final class Notices implements RecoveryListener {
    @Override
    public void progress(long doneBytes, long ofBytes, long entries, long jobs) {
      // The original is silent here.
    }

    @Override
    public void notice(String message) {
      warn(message);
    }
  }

  private static int become(String user) {
    return switch (RunAs.become(user)) {
      case DONE -> 0;
      case NO_SUCH_USER -> {
        warn("-u " + user + ": no such user");
        yield NO_SUCH_USER;
      }
      case NOT_PERMITTED -> {
        warn("-u " + user + ": not permitted; only root can become another user");
        yield NOT_PERMITTED;
      }
    };
  }

  /** Refuses a directory that is not there, or that beanstalkd has jobs in and we have not. */
  private static int look(Path data) {
    if (!Files.isDirectory(data)) {
      warn("failed to lock wal dir " + data + ": there is no such directory; create it");
      return NO_LOCK;
    }
    try (var files = Files.list(data)) {
      var names = files.map(file -> file.getFileName().toString()).toList();
      boolean binlog = names.stream().anyMatch(name -> name.matches("binlog\\.\\d+"));
      boolean ours = names.stream().anyMatch(name -> name.endsWith(".seg"));
      if (binlog && !ours) {
        warn(
            data
                + " holds jobs of beanstalkd (binlog.N), which Headrace cannot read; nothing was"
                + " touched. Start beanstalkd with it on another port until its jobs are done,"
                + " and give Headrace an empty directory");
        return Exit.NO;
      }
      FileDisk.open(data).close();
      return 0;
    } catch (JournalException e) {
      warn("failed to lock wal dir: " + e.getMessage());
      return NO_LOCK;
    } catch (IOException e) {
      warn("failed to lock wal dir " + data + ": it cannot be read: " + e.getMessage());
      return NO_LOCK;
    }
  }

  private static ServerPlan plan(BeanstalkdArguments arguments) {
    long segment = Math.clamp(arguments.segmentBytes(), SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
    return new ServerPlan(
        listen(arguments),
        arguments.data(),
        durability(arguments),
        (int) segment,
        (int) Math.max(1, arguments.maxJobBytes()),
        Settings.memoryDefault(),
        ServerOptions.defaultJobsMax(),
        ConnectionOptions.usual(),
        PolicySettings.NONE,
        EventOptions.none(),
        RecorderOptions.standard(),
        Optional.empty(),
        PeerOptions.defaults(),
        SecurityOptions.NONE,
        KeyOptions.defaults());
  }

  private static Durability durability(BeanstalkdArguments arguments) {
    if (!arguments.sync()) {
      return new Durability.Never();
    }
    return arguments.syncMs() == 0
        ? new Durability.Fsync()
        : new Durability.Interval(Duration.ofMillis(arguments.syncMs()));
  }

  /** An inherited socket takes the place of every address, as in beanstalkd. */
  private static List<ListenAddress> listen(BeanstalkdArguments arguments) {
    if (ServerPlan.inheritsSockets(System.getenv())) {
      return List.of();
    }
    var address = arguments.address();
    if (address.isPresent() && address.get().startsWith(ListenAddress.UNIX_PREFIX)) {
      return List.of(ListenAddress.parse(address.get()));
    }
    int port = port(arguments.port());
    if (address.isPresent()) {
      return List.of(new ListenAddress.Tcp(address.get(), port));
    }
    var v4 = new ListenAddress.Tcp("127.0.0.1", port);
    // With port 0 the system would choose two different ones.
    return port != 0 && hasIpv6Loopback()
        ? List.of(v4, new ListenAddress.Tcp("::1", port))
        : List.of(v4);
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new ListenException("-p " + text + ": the port must be 0 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static boolean hasIpv6Loopback() {
    try {
      return Optional.ofNullable(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")))
          .isPresent();
    } catch (SocketException e) {
      return false;
    }
  }

  private static void warn(String message) {
    System.err.println("beanstalkd: " + message);
  }
}
