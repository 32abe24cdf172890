package io.headrace.cli;

import io.headrace.cli.config.Configuration;
import io.headrace.cli.config.Setting;
import io.headrace.cli.config.Settings;
import io.headrace.server.ListenAddress;
import io.headrace.server.SecurityOptions;
import io.headrace.server.tls.TlsFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code headrace serve} asks of those who connect, and where it refuses to listen. */
final class ServeSecurity {
  private ServeSecurity() {}

  static SecurityOptions options(Configuration configuration) {
    return new SecurityOptions(tls(configuration), configuration.get(Settings.TOKENS));
  }

  private static Optional<TlsFiles> tls(Configuration configuration) {
    Optional<Path> clientCa = configuration.get(Settings.TLS_CLIENT_CA);
    var files = pair(configuration, Settings.TLS_CERT, Settings.TLS_KEY, clientCa);
    if (files.isEmpty() && clientCa.isPresent()) {
      throw missing(configuration, Settings.TLS_CLIENT_CA, Settings.TLS_CERT);
    }
    return files;
  }

  /** A certificate and its key: both, or none. */
  static Optional<TlsFiles> pair(
      Configuration configuration,
      Setting<Optional<Path>> certificate,
      Setting<Optional<Path>> key,
      Optional<Path> clientCa) {
    var certificateFile = configuration.get(certificate);
    var keyFile = configuration.get(key);
    if (certificateFile.isPresent() != keyFile.isPresent()) {
      throw certificateFile.isPresent()
          ? missing(configuration, certificate, key)
          : missing(configuration, key, certificate);
    }
    return certificateFile.flatMap(cert -> keyFile.map(own -> new TlsFiles(cert, own, clientCa)));
  }

  private static Failure missing(Configuration configuration, Setting<?> there, Setting<?> not) {
    return new Failure(
        Exit.USAGE,
        configuration.origin(there)
            + ": "
            + there.key()
            + " is set and "
            + not.key()
            + " is not; set both, or none");
  }

  /** Refuses what must not happen unseen. Its messages are one line each. */
  static void check(Configuration configuration, List<ListenAddress> addresses) {
    for (var address : addresses) {
      switch (address) {
        case ListenAddress.Tcp tcp -> {
          if (isBeyondThisMachine(tcp) && !configuration.get(Settings.PLAIN_ANYWHERE)) {
            throw refused(
                configuration,
                "'"
                    + tcp
                    + "' is open to the network without TLS: whoever reaches it can read, put and"
                    + " delete jobs. Write '"
                    + new ListenAddress.Tls(tcp)
                    + "' and set tls-cert and tls-key, or set plain-anywhere = true");
          }
        }
        case ListenAddress.Tls tls -> {
          if (configuration.get(Settings.TLS_CERT).isEmpty()) {
            throw refused(
                configuration,
                "'" + tls + "' needs a certificate to show: set tls-cert and tls-key");
          }
        }
        case ListenAddress.Unix _, ListenAddress.Inherited _ -> {}
      }
    }
  }

  private static Failure refused(Configuration configuration, String why) {
    return new Failure(
        Exit.USAGE,
        configuration.origin(Settings.LISTEN) + ": " + Settings.LISTEN.key() + ": " + why);
  }

  private static boolean isBeyondThisMachine(ListenAddress.Tcp tcp) {
    if (tcp.host().isEmpty()) {
      return true;
    }
    try {
      return !Arrays.stream(InetAddress.getAllByName(tcp.host()))
          .allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException _) {
      // Whoever listens there says so.
      return false;
    }
  }

  /** Says where the setting stands that names what is of no use. */
  static Failure failure(Configuration configuration, String setting, RuntimeException reason) {
    var origin =
        Settings.ALL.stream()
            .filter(one -> one.key().equals(setting))
            .map(one -> configuration.origin(one) + ": ")
            .findFirst()
            .orElse("");
    return new Failure(Exit.USAGE, origin + setting + ": " + reason.getMessage(), reason);
  }
}
