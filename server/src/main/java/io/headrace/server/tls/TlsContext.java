package io.headrace.server.tls;

import io.headrace.server.SettingFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the JDK's TLS of PEM files. What is wrong with one is said by its setting. */
public final class TlsContext {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

  /** The store never leaves memory: there is nobody to keep it from. */
  private static final char[] NO_PASSWORD = {};

  private TlsContext() {}

  /**
   * That of a server.
   *
   * @throws io.headrace.server.UnusableFileException when a file is of no use
   */
  public static SSLContext ofServer(TlsFiles files) {
    return context(
        keys(
            new SettingFile("tls-cert", files.certificate()),
            new SettingFile("tls-key", files.key())),
        files
            .clientCa()
            .map(path -> trust(Optional.of(new SettingFile("tls-client-ca", path))))
            .orElse(new TrustManager[0]));
  }

  /**
   * That of a client.
   *
   * @param ca who must have signed the server's certificate; unless given, whom the JDK trusts
   * @param own what it shows when the server asks
   * @throws io.headrace.server.UnusableFileException when a file is of no use
   */
  public static SSLContext ofClient(Optional<Path> ca, Optional<TlsFiles> own) {
    return context(
        own.map(files ->
                keys(
                    new SettingFile("tls-client-cert", files.certificate()),
                    new SettingFile("tls-client-key", files.key())))
            .orElse(new KeyManager[0]),
        trust(ca.map(path -> new SettingFile("tls-ca", path))));
  }

  private static SSLContext context(KeyManager[] keys, TrustManager[] trusted) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }

  private static KeyManager[] keys(SettingFile certificateFile, SettingFile keyFile) {
    List<X509Certificate> chain = PemFile.certificates(certificateFile);
    var key = PemFile.key(keyFile);
    if (!PemFile.belongs(key, chain.getFirst())) {
      throw keyFile.unusable(
          "the key does not belong to the first certificate in "
              + certificateFile.path()
              + ", that of "
              + chain.getFirst().getSubjectX500Principal()
              + ". Name the key that it was made for");
    }
    warnWhenOver(certificateFile, chain.getFirst());
    try {
      var store = emptyStore();
      store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (KeyStoreException e) {
      throw certificateFile.unusable(
          "its certificates do not lead from one to the next. Put that of this machine first, and"
              + " behind each the one that signed it",
          e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a key in memory can be read", e);
    }
  }

  private static void warnWhenOver(SettingFile file, X509Certificate certificate) {
    Instant until = certificate.getNotAfter().toInstant();
    if (until.isBefore(Instant.now())) {
      LOG.warn(
          "{}: the certificate in {} is over since {}: peers refuse it. Put a new one there; it is"
              + " read without a restart",
          file.setting(),
          file.path(),
          until);
    }
  }

  /** Those whom to trust; what the JDK does with {@code null} unless somebody is named. */
  private static TrustManager[] trust(Optional<SettingFile> file) {
    try {
      var factory = TrustManagerFactory.getInstance("PKIX");
      if (file.isEmpty()) {
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
      }
      var store = emptyStore();
      int number = 0;
      for (var certificate : PemFile.certificates(file.get())) {
        store.setCertificateEntry(Integer.toString(number++), certificate);
      }
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("certificates in memory can be read", e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, NO_PASSWORD);
    } catch (IOException e) {
      throw new AssertionError("an empty store is read from nowhere", e);
    }
    return store;
  }
}
