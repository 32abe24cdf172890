package io.headrace.server;

import io.headrace.server.beanstalk.Tokens;
import io.headrace.server.tls.TlsContext;
import io.headrace.server.tls.TlsProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Who may talk, by files that are read again when they change. */
final class Security implements AutoCloseable {
  private final Optional<Reloaded<SSLContext>> certificates;
  private final boolean clientsShowOne;
  private final Optional<Reloaded<Tokens>> tokens;
  private Optional<TlsProtocol> tls = Optional.empty();
  private Optional<FileWatch> watch = Optional.empty();

  private Security(SecurityOptions options) {
    certificates =
        options.tls().map(files -> new Reloaded<>(files.all(), () -> TlsContext.ofServer(files)));
    clientsShowOne = options.tls().map(files -> files.clientCa().isPresent()).orElse(false);
    tokens = options.tokens().map(path -> new Reloaded<>(List.of(path), () -> Tokens.read(path)));
  }

  /**
   * Reads the files.
   *
   * @throws UnusableFileException when one is of no use
   */
  static Security read(SecurityOptions options) {
    return new Security(options);
  }

  /** The tokens of whoever may do something; without them everybody may do everything. */
  Optional<Reloaded<Tokens>> tokens() {
    return tokens;
  }

  /** Begins to look after the files. */
  void start(Protocol plain, NettyLoopThread thread) {
    tls =
        certificates.map(context ->
            new TlsProtocol(
                plain,
                context::get,
                clientsShowOne,
                thread,
                thread.buffers(),
                thread.faults(),
                () -> thread.recorder().open()));
    var looks = new ArrayList<Runnable>();
    certificates.ifPresent(files -> looks.add(files::look));
    tokens.ifPresent(file -> looks.add(file::look));
    tls.ifPresent(protocol -> looks.add(() -> thread.execute(protocol::endLateHandshakes)));
    if (!looks.isEmpty()) {
      watch = Optional.of(FileWatch.start(looks));
    }
  }

  /** How many connections could not agree on keys. */
  long tlsFailures() {
    return tls.map(TlsProtocol::failures).orElse(0L);
  }

  /** What is spoken at an address, where {@code plain} is spoken inside. */
  Protocol at(ListenAddress address, Protocol plain) {
    return switch (address) {
      case ListenAddress.Tls _ ->
          tls.orElseThrow(() ->
              new ListenException(
                  "cannot listen on "
                      + address
                      + ": there is no certificate to show. Set tls-cert"
                      + " and tls-key"));
      case ListenAddress.Tcp _, ListenAddress.Unix _, ListenAddress.Inherited _ -> plain;
    };
  }

  /** Called when the loop's thread has ended. */
  @Override
  public void close() {
    watch.ifPresent(FileWatch::close);
    tls.ifPresent(TlsProtocol::close);
  }
}
