package io.headrace.http;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes verdicts of what the JDK throws. */
final class Failures {
  /** A chain of causes is that long at most. */
  private static final int CAUSES_MAX = 20;

  private static final int CHARS_MAX = 200;

  private Failures() {}

  /** What it says, as one line. */
  static String why(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "no reason given";
    }
    var message = thrown.getMessage();
    var text = Escaped.of(message == null ? thrown.getClass().getSimpleName() : message);
    return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX) + "...";
  }

  /** Of a connection that has broken. */
  static Verdict onConnection(IOException thrown, Stage stage) {
    if (!(thrown instanceof SSLException)) {
      return new Verdict.Reset(stage, why(thrown));
    }
    Throwable cause = thrown;
    for (int i = 0; i < CAUSES_MAX && cause.getCause() != null; i++) {
      cause = cause.getCause();
      if (isOfCertificate(cause)) {
        return new Verdict.Certificate(why(innermost(cause)));
      }
    }
    return switch (stage) {
      // With TLS 1.3 a server may refuse a client after that has agreed.
      case DNS, CONNECT, TLS, REQUEST, FIRST_BYTE -> new Verdict.TlsRefused(why(thrown));
      case STATUS_LINE, HEADERS, BODY, TRAILERS -> new Verdict.TlsBroken(stage, why(thrown));
    };
  }

  private static boolean isOfCertificate(Throwable thrown) {
    return thrown instanceof CertificateException
        || thrown instanceof CertPathValidatorException
        || thrown instanceof CertPathBuilderException;
  }

  private static Throwable innermost(Throwable thrown) {
    var cause = thrown;
    for (int i = 0; i < CAUSES_MAX && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    return cause;
  }
}
