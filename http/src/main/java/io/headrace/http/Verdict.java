package io.headrace.http;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What became of an exchange. It says nothing of the status: a 500 that came as a whole is {@link
 * Ok}. Whether that is what was wanted is for {@link Expect}.
 */
public sealed interface Verdict {
  /** The words of those that are no whole response. */
  Set<String> FAILURES =
      Set.of(
          "malformed",
          "too-large",
          "truncated",
          "early-close",
          "reset",
          "dns-failed",
          "dns-timeout",
          "connect-failed",
          "connect-timeout",
          "tls-refused",
          "tls-timeout",
          "certificate",
          "tls-broken",
          "send-timeout",
          "read-timeout");

  /** The response is whole, and in the form that RFC 9112 asks for. */
  record Ok() implements Verdict {}

  /**
   * The response is whole; it is clear what it says and where it ends, but its form is not right.
   *
   * @param why one or more reasons
   */
  record OkLenient(List<String> why) implements Verdict {}

  /**
   * What came is no response, or one that does not say where it ends.
   *
   * @param atByte where the line or byte begins that shows it, from 0 in all that came
   */
  record Malformed(String why, long atByte) implements Verdict {}

  /**
   * More came than is read.
   *
   * @param limit how much is read
   * @param what of which
   */
  record TooLarge(long limit, String what) implements Verdict {}

  /**
   * The connection was closed in the body.
   *
   * @param gotBytes of the body
   * @param wantBytes how long it should have been; empty where the response does not say so
   */
  record Truncated(long gotBytes, OptionalLong wantBytes) implements Verdict {}

  /** The connection was closed before the body, in the way that connections are closed. */
  record EarlyClose(Stage stage) implements Verdict {}

  /**
   * The connection was broken off.
   *
   * @param why what the system says
   */
  record Reset(Stage stage, String why) implements Verdict {}

  /** The host has no address. */
  record DnsFailed(String why) implements Verdict {}

  /** No address of the host takes a connection, and each has said so. */
  record ConnectFailed(String why) implements Verdict {}

  /** The server does not agree on TLS, or does not speak it. */
  record TlsRefused(String why) implements Verdict {}

  /** The server's certificate is not to be trusted. */
  record Certificate(String why) implements Verdict {}

  /** What came by TLS has been changed on its way, or was never right. */
  record TlsBroken(Stage stage, String why) implements Verdict {}

  /**
   * A deadline was over.
   *
   * @param stage what was being done
   * @param deadline the one that was over first
   * @param time how long it is
   */
  record TimedOut(Stage stage, Deadline deadline, Duration time) implements Verdict {}

  /** Its name, for programs. None changes; more may come. */
  default String word() {
    return switch (this) {
      case Ok _ -> "ok";
      case OkLenient _ -> "ok-lenient";
      case Malformed _ -> "malformed";
      case TooLarge _ -> "too-large";
      case Truncated _ -> "truncated";
      case EarlyClose _ -> "early-close";
      case Reset _ -> "reset";
      case DnsFailed _ -> "dns-failed";
      case ConnectFailed _ -> "connect-failed";
      case TlsRefused _ -> "tls-refused";
      case Certificate _ -> "certificate";
      case TlsBroken _ -> "tls-broken";
      case TimedOut(var stage, _, _) ->
          switch (stage) {
            case DNS -> "dns-timeout";
            case CONNECT -> "connect-timeout";
            case TLS -> "tls-timeout";
            case REQUEST -> "send-timeout";
            case FIRST_BYTE, STATUS_LINE, HEADERS, BODY, TRAILERS -> "read-timeout";
          };
    };
  }

  /** Why it is so, for people: printable ASCII, empty for {@link Ok}. */
  default String reason() {
    return switch (this) {
      case Ok _ -> "";
      case OkLenient(var why) -> String.join("; ", why);
      case Malformed(var why, var atByte) -> why + ", at byte " + atByte;
      case TooLarge(var limit, var what) -> "more than " + limit + " " + what;
      case Truncated(var got, var want) -> got + "/" + (want.isPresent() ? want.getAsLong() : "?");
      case EarlyClose(var stage) -> stage.word();
      case Reset(var stage, var why) -> stage.word() + ": " + why;
      case DnsFailed(var why) -> why;
      case ConnectFailed(var why) -> why;
      case TlsRefused(var why) -> why;
      case Certificate(var why) -> why;
      case TlsBroken(var stage, var why) -> stage.word() + ": " + why;
      case TimedOut(var stage, var deadline, var time) ->
          stage.word() + ": " + deadline.word() + " deadline of " + time.toMillis() + " ms";
    };
  }

  /** Both, as in {@code early-close(headers)}. */
  default String text() {
    return reason().isEmpty() ? word() : word() + "(" + reason() + ")";
  }

  /** Whether a response has come as a whole. */
  default boolean isWhole() {
    return this instanceof Ok || this instanceof OkLenient;
  }
}
