package io.headrace.client;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Requests and their replies over one connection, one after the other. */
final class Exchange implements AutoCloseable {
  private final Connection connection;
  private final Duration patience;

  private Exchange(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  /** Connects, and says who asks. */
  static Exchange open(ServerAddress address, Duration patience, Credentials credentials) {
    return open(address, patience, new Deadline(patience, Duration.ZERO), credentials);
  }

  /** Likewise, all within one deadline; the patience is for what is asked then. */
  static Exchange open(
      ServerAddress address, Duration patience, Deadline deadline, Credentials credentials) {
    var connection =
        Connection.open(address, deadline, () -> credentials.tls().orElseGet(Exchange::tlsOfJdk));
    var exchange = new Exchange(connection, patience);
    credentials.token().ifPresent(token -> exchange.ask(Requests.auth(token), deadline));
    return exchange;
  }

  private static SSLContext tlsOfJdk() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }

  private Deadline deadline() {
    return new Deadline(patience, Duration.ZERO);
  }

  <T> T ask(Request<T> request) {
    return ask(request, Duration.ZERO);
  }

  /** Asks what the server may take {@code more} time to answer than the patience. */
  <T> T ask(Request<T> request, Duration more) {
    return ask(request, new Deadline(patience, more));
  }

  <T> T ask(Request<T> request, Deadline deadline) {
    connection.send(deadline, request.buffers());
    return answer(request, deadline);
  }

  /** Sends whole requests, and what is between them and the end of the buffers. */
  void send(ByteBuffer... buffers) {
    connection.send(deadline(), buffers);
  }

  /** Waits for the answer to what was sent. */
  <T> T await(Request<T> sent) {
    return await(sent, Duration.ZERO);
  }

  /** Waits for what the server may take {@code more} time to answer than the patience. */
  <T> T await(Request<T> sent, Duration more) {
    return answer(sent, new Deadline(patience, more));
  }

  private <T> T answer(Request<T> request, Deadline deadline) {
    try {
      return request.answer(connection.reply(request, deadline));
    } catch (UnexpectedReply e) {
      // What follows could be anything, so that nothing more may be asked here.
      if (!request.inStep(e)) {
        close();
      }
      throw e;
    }
  }

  int localPort() {
    return connection.localPort();
  }

  /** Whether the connection has ended, while nothing is asked. */
  boolean isLost() {
    return connection.isLost();
  }

  void quit() {
    connection.quit();
  }

  /** Says {@code quit}, unless the connection is lost or in the middle of a request, and closes. */
  @Override
  public void close() {
    connection.quit();
    connection.close();
  }

  /** Closes without a word: what was sent last may have no end. */
  void abandon() {
    connection.close();
  }

  /** Gives the connection away; nothing more is asked here. */
  Connection.Blocking detach() {
    return connection.detach();
  }
}
