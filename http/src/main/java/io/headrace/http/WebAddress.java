package io.headrace.http;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An http or https URL, taken apart (RFC 3986, RFC 9110 section 4.2). What follows a {@code #} is
 * left out, as it is never sent.
 *
 * @param secure whether it is https
 * @param host a name or an IPv4 address, in small letters, or an IPv6 address without brackets
 * @param port from 1 to 65535
 * @param target path and query as they were written, at least {@code /}
 */
public record WebAddress(boolean secure, String host, int port, String target) {
  /** Longest URL that is taken, in chars. */
  public static final int CHARS_MAX = 8192;

  private static final int PORT_MAX = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int HOST_CHARS_MAX = 253;
  private static final Pattern PARTS =
      Pattern.compile("(?i)(https?)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");
  private static final Pattern PLACE = Pattern.compile("(\\[[^\\[\\]]*\\]|[^:\\[\\]]*)(:\\d*)?");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}\\]");

  /**
   * Reads a URL.
   *
   * @throws UnusableRequestException when it is none, or one that is not to be asked: with user and
   *     password, blanks, control characters, or characters beyond ASCII
   */
  public static WebAddress parse(String url) {
    if (url.length() > CHARS_MAX) {
      throw new UnusableRequestException(
          "the URL " + Escaped.quoted(url) + " has more than " + CHARS_MAX + " characters");
    }
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw wrong(
            url,
            "has "
                + (c == ' ' ? "a blank" : "'" + Escaped.of(String.valueOf(c)) + "'")
                + " at character "
                + (i + 1)
                + "; write it percent-encoded, as in %20, and a host in its xn-- form");
      }
    }
    var parts = PARTS.matcher(url);
    if (!parts.matches()) {
      throw wrong(url, "is no URL to ask; write http://host/path or https://host/path");
    }
    boolean secure = parts.group(1).toLowerCase(Locale.ROOT).equals("https");
    var authority = parts.group(2);
    if (authority.indexOf('@') >= 0) {
      // Not shown: what stands before the @ is mostly a password.
      throw new UnusableRequestException(
          "the URL has a user or password before an '@'; leave them out, and send them as a header,"
              + " 'Authorization: Basic ...'");
    }
    var place = PLACE.matcher(authority);
    if (!place.matches()) {
      throw wrong(
          url, "has no host and port that can be read; write host, host:port or [ipv6]:port");
    }
    var path = parts.group(3);
    var query = parts.group(4);
    return new WebAddress(
        secure,
        host(url, place.group(1)),
        port(url, place.group(2), secure),
        (path.isEmpty() ? "/" : path) + (query == null ? "" : query));
  }

  private static String host(String url, String host) {
    if (host.startsWith("[")) {
      if (!IPV6.matcher(host).matches()) {
        throw wrong(url, "has no IPv6 address between its brackets");
      }
      return host.substring(1, host.length() - 1).toLowerCase(Locale.ROOT);
    }
    if (host.isEmpty() || host.length() > HOST_CHARS_MAX || !NAME.matcher(host).matches()) {
      throw wrong(
          url, "has no host that can be looked up; it is letters, digits, '-', '_' and '.'");
    }
    return host.toLowerCase(Locale.ROOT);
  }

  private static int port(
      String url, @org.jspecify.annotations.Nullable String text, boolean secure) {
    if (text == null || text.length() == 1) {
      return secure ? HTTPS_PORT : HTTP_PORT;
    }
    int digits = text.length() - 1;
    int port = digits > 5 ? PORT_MAX + 1 : Integer.parseInt(text, 1, text.length(), 10);
    if (port < 1 || port > PORT_MAX) {
      throw wrong(url, "has no port that exists; it is 1 to " + PORT_MAX);
    }
    return port;
  }

  private static UnusableRequestException wrong(String url, String how) {
    return new UnusableRequestException(Escaped.quoted(url) + " " + how);
  }

  /** What stands in the Host header: the port only where it is not the usual one. */
  String authority() {
    var name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (secure ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
  }

  /** The URL again, in its usual form. */
  @Override
  public String toString() {
    return (secure ? "https://" : "http://") + authority() + target;
  }
}
