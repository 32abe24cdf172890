package io.headrace.server.tls;

import io.headrace.server.SettingFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A file of certificates, or of a key, in the textual encoding of RFC 7468. */
final class PemFile {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** What a key may be for, by the names of {@link KeyFactory}. */
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private PemFile() {}

  /** The certificates in it, at least one. */
  static List<X509Certificate> certificates(SettingFile file) {
    try {
      var bytes = file.text().getBytes(StandardCharsets.ISO_8859_1);
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw noCertificate(file);
      }
      return found;
    } catch (CertificateException e) {
      throw file.unusable(
          "it cannot be read as certificates: "
              + e.getMessage()
              + ". It must be PEM, and hold certificates only; 'openssl x509 -in FILE -text' shows"
              + " the first",
          e);
    }
  }

  private static RuntimeException noCertificate(SettingFile file) {
    return file.unusable(
        "there is no certificate in it. It must be PEM: '-----BEGIN CERTIFICATE-----' and so on");
  }

  /** The private key in it. */
  static PrivateKey key(SettingFile file) {
    var found = KEY.matcher(file.text());
    if (!found.find()) {
      throw file.unusable(
          "there is no private key in it. It must be PEM: '-----BEGIN PRIVATE KEY-----' and so on");
    }
    var kind = found.group(1);
    if (kind.equals("ENCRYPTED PRIVATE KEY")) {
      throw file.unusable(
          "the key has a password, which nobody could type at a start. Take it off: openssl pkey"
              + " -in "
              + file.path()
              + " -out NEW");
    }
    if (!kind.equals("PRIVATE KEY")) {
      throw file.unusable(
          "'"
              + kind
              + "' is an old form of a key. Convert it to PKCS #8: openssl pkcs8 -topk8 -nocrypt"
              + " -in "
              + file.path()
              + " -out NEW");
    }
    return decoded(file, found.group(2));
  }

  private static PrivateKey decoded(SettingFile file, String base64) {
    try {
      var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      for (var algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException _) {
          // One for another algorithm.
        }
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has these", e);
    } catch (IllegalArgumentException e) {
      throw file.unusable("the key is not in Base64. Copy it again", e);
    }
    throw file.unusable(
        "the key is neither for RSA, nor EC, nor Ed25519. Make one that is: openssl genpkey"
            + " -algorithm ED25519");
  }

  /** Whether what the key signs is verified by the certificate. */
  static boolean belongs(PrivateKey key, X509Certificate certificate) {
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      var signature = java.security.Signature.getInstance(algorithm);
      byte[] text = "headrace".getBytes(StandardCharsets.US_ASCII);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      // The two are not even of one kind.
      return false;
    }
  }
}
