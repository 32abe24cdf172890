package io.headrace.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Why TLS failed, and what to do, for a person: the JDK says it four exceptions deep. */
final class TlsTrouble {
  private TlsTrouble() {}

  static String text(SSLException failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    var said = root.getMessage();
    return switch (root) {
      case CertificateExpiredException _ ->
          "its certificate is over (" + said + "); renew it at the server";
      case CertificateNotYetValidException _ ->
          "its certificate is not good yet (" + said + "); compare the clocks";
      case CertPathBuilderException _ ->
          "nobody who is trusted here has signed its certificate; give the SSLContext of the"
              + " Credentials who did";
      case CertificateException _ ->
          "its certificate is for another host (" + said + "); use the name that is in it";
      case SSLException _ when String.valueOf(said).contains("unrecognized SSL message") ->
          "it speaks no TLS; leave out 'tls:'";
      default -> Connection.reason(failed);
    };
  }
}
