package io.headrace.server.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PEM files of a side that shows a certificate.
 *
 * @param certificate its certificate, and behind it those that lead to the authority
 * @param key its private key, in PKCS #8
 * @param clientCa who must have signed the certificates of peers; without it they show none
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {
  /** All of them. */
  public List<Path> all() {
    var all = new ArrayList<>(List.of(certificate, key));
    clientCa.ifPresent(all::add);
    return List.copyOf(all);
  }
}
