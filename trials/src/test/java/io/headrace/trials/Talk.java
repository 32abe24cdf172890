package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.regex.Pattern;

/**
 * One connection that says the protocol's bytes as they are, one command at a time or many. Strings
 * are bytes, one a character. Waits no longer than {@link #REPLY_MS_MAX} for anything.
 */
final class Talk implements AutoCloseable {

  /** How long a reply may take before the trial fails; generous, since the machine is shared. */
  static final int REPLY_MS_MAX = 30_000;

  private static final int LINE_BYTES_MAX = 1024;
  private static final Pattern WITH_BODY =
      Pattern.compile("(?:RESERVED|FOUND|OK)\\b.* (\\d+)|OK (\\d+)");

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /**
   * A reply.
   *
   * @param line its first line without CRLF
   * @param body what follows, without CRLF; empty when nothing does
   */
  record Reply(String line, String body) {
    /** The {@code n}-th word of the line, from 0. */
    String word(int n) {
      return line.split(" ", -1)[n];
    }

    /** The second word as a job's id. */
    long id() {
      return Long.parseLong(word(1));
    }
  }

  private Talk(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(REPLY_MS_MAX);
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.out = socket.getOutputStream();
  }

  static Talk to(int port) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), REPLY_MS_MAX);
    return new Talk(socket);
  }

  void send(String bytes) throws IOException {
    out.write(bytes.getBytes(ISO_8859_1));
  }

  /** Sends what the peer still takes: it may have closed, as after a quit. */
  void sendWhileOpen(String bytes) throws IOException {
    try {
      send(bytes);
    } catch (SocketException e) {
      if (!String.valueOf(e.getMessage()).matches("Broken pipe|Connection reset.*")) {
        throw e;
      }
    }
  }

  /** Sends a line and returns its reply. */
  Reply ask(String line) throws IOException {
    send(line + "\r\n");
    return reply();
  }

  /** Puts a job with the given options, and returns the reply. */
  Reply put(int priority, int delaySeconds, int ttrSeconds, String body) throws IOException {
    return ask(
        "put %d %d %d %d\r\n%s".formatted(priority, delaySeconds, ttrSeconds, body.length(), body));
  }

  Reply put(String body) throws IOException {
    return put(100, 0, 1000, body);
  }

  Reply reply() throws IOException {
    var line = line();
    var matcher = WITH_BODY.matcher(line);
    if (!matcher.matches()) {
      return new Reply(line, "");
    }
    int bytes = Integer.parseInt(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    var body = in.readNBytes(bytes + 2);
    if (body.length < bytes + 2) {
      throw new EOFException("The peer closed in the body of " + line);
    }
    return new Reply(line, new String(body, 0, bytes, ISO_8859_1));
  }

  private String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (bytes.size() < LINE_BYTES_MAX) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("The peer closed after '" + bytes.toString(ISO_8859_1) + "'");
      }
      if (next == '\n') {
        return bytes.toString(ISO_8859_1).stripTrailing();
      }
      bytes.write(next);
    }
    throw new IOException("A reply of more than " + LINE_BYTES_MAX + " bytes: " + bytes);
  }

  /**
   * Returns all that comes until the peer closes. A reset is an end too: it is what a peer causes
   * that closes with bytes unread.
   */
  String rest() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try {
      in.transferTo(bytes);
    } catch (SocketTimeoutException e) {
      throw new IOException("No end in " + REPLY_MS_MAX + " ms after '" + bytes + "'", e);
    } catch (SocketException e) {
      return bytes.toString(ISO_8859_1);
    }
    return bytes.toString(ISO_8859_1);
  }

  /** Whether bytes of a reply have come. */
  boolean hasReply() throws IOException {
    return in.available() > 0;
  }

  /** Says that nothing more will be sent; replies are still read. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
