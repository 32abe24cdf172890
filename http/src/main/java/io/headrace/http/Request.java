package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is asked of a web server, as HTTP/1.1 on a connection of its own (RFC 9112). Nothing is
 * followed, kept or decompressed: no redirects, no proxies, no cookies.
 */
public final class Request {
  /** Most bytes of names and values of its own headers. */
  public static final int HEADER_BYTES_MAX = 64 * 1024;

  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,19}");
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** They say where the message ends and what becomes of the connection: that is decided here. */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final String method;
  private final WebAddress address;
  private final List<Header> headers;
  private final byte[] body;

  /**
   * A request.
   *
   * @param method in capitals, as servers know it; CONNECT is refused
   * @param headers beside those that every request has, or in the place of Host, User-Agent, Accept
   *     and Accept-Encoding
   * @param body belongs to the request from now on; empty for none
   * @throws UnusableRequestException when one of them cannot be sent, or would be read as the
   *     beginning of another request
   */
  public Request(String method, WebAddress address, List<Header> headers, byte[] body) {
    this.method = method;
    this.address = address;
    this.headers = List.copyOf(headers);
    this.body = body;
    if (!METHOD.matcher(method).matches() || method.equals("CONNECT")) {
      throw new UnusableRequestException(
          Escaped.quoted(method) + " is no method; write GET, HEAD, POST, PUT, PATCH or DELETE");
    }
    if (method.equals("TRACE") && body.length > 0) {
      throw new UnusableRequestException("a TRACE has no body; leave it out or write POST");
    }
    int bytes = 0;
    for (var header : headers) {
      check(header);
      bytes += header.name().length() + header.value().length();
    }
    if (bytes > HEADER_BYTES_MAX) {
      throw new UnusableRequestException(
          "the headers have " + bytes + " bytes; up to " + HEADER_BYTES_MAX + " are sent");
    }
  }

  /** Asks for what is at this address. */
  public static Request get(WebAddress address) {
    return new Request("GET", address, List.of(), new byte[0]);
  }

  private static void check(Header header) {
    if (!NAME.matcher(header.name()).matches()) {
      throw new UnusableRequestException(
          "a header is named "
              + Escaped.quoted(header.name())
              + "; a name is letters, digits and '-', without blanks");
    }
    if (OURS.contains(header.name().toLowerCase(Locale.ROOT))) {
      throw new UnusableRequestException(
          "the header '"
              + header.name()
              + "' says how requests follow each other, and is sent as it must be; leave it out");
    }
    var value = header.value();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new UnusableRequestException(
            "the value of header '"
                + header.name()
                + "' has '"
                + Escaped.of(String.valueOf(c))
                + "' at character "
                + (i + 1)
                + "; a header is one line of ISO-8859-1");
      }
    }
  }

  /** What is to be done, in capitals. */
  public String method() {
    return method;
  }

  /** Where it goes. */
  public WebAddress address() {
    return address;
  }

  /** Its own headers. */
  public List<Header> headers() {
    return headers;
  }

  /** Its body itself, not a copy. */
  public byte[] body() {
    return body;
  }

  /** All of it as it is sent. */
  byte[] toBytes() {
    var head = new StringBuilder(256);
    head.append(method).append(' ').append(address.target()).append(" HTTP/1.1\r\n");
    unlessGiven(head, "Host", address.authority());
    unlessGiven(head, "User-Agent", "headrace");
    unlessGiven(head, "Accept", "*/*");
    unlessGiven(head, "Accept-Encoding", "identity");
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (body.length > 0 || WITH_BODY.contains(method)) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    var start = head.toString().getBytes(ISO_8859_1);
    var bytes = new byte[start.length + body.length];
    System.arraycopy(start, 0, bytes, 0, start.length);
    System.arraycopy(body, 0, bytes, start.length, body.length);
    return bytes;
  }

  private void unlessGiven(StringBuilder head, String name, String value) {
    if (headers.stream().noneMatch(header -> header.is(name))) {
      head.append(name).append(": ").append(value).append("\r\n");
    }
  }

  @Override
  public String toString() {
    return method + " " + address;
  }
}
