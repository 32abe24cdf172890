package io.headrace.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority in a folder, made by openssl(1). */
final class Authority {
  private static final String NEW_KEY = "-nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256";

  private final Path folder;
  private final String name;

  /** Makes it: {@code <name>.pem} and its key. */
  Authority(Path folder, String name) {
    this.folder = folder;
    this.name = name;
    openssl(
        "req -x509 -days 2 %s -subj /CN=%s -keyout %s -out %s"
            .formatted(NEW_KEY, name, key(name), pem(name)));
  }

  Path certificate() {
    return pem(name);
  }

  Path pem(String of) {
    return folder.resolve(of + ".pem");
  }

  Path key(String of) {
    return folder.resolve(of + ".key");
  }

  /**
   * Signs a certificate for this machine, {@code <as>.pem}, and makes its key.
   *
   * @param days how long it is good; below 0 for one that is over
   */
  void sign(String as, int days) {
    var request = folder.resolve(as + ".csr");
    openssl(
        "req %s -subj /CN=%s -addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s"
            .formatted(NEW_KEY, as, key(as), request));
    openssl(
        "x509 -req -copy_extensions copy -in %s -CA %s -CAkey %s -CAcreateserial -days %d -out %s"
            .formatted(request, certificate(), key(name), days, pem(as)));
  }

  /** Trusts what it has signed, and nothing else. */
  SSLContext trusted() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    try (var in = Files.newInputStream(certificate())) {
      store.setCertificateEntry(
          name, CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static void openssl(String words) {
    var command = new ArrayList<>(List.of(Tools.require("openssl", "apt install openssl")));
    command.addAll(List.of(words.split(" ", -1)));
    var outcome = Run.command(command);
    if (outcome.exit() != 0) {
      throw new AssertionError(outcome.all());
    }
  }
}
