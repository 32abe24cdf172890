package io.headrace.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** The file of a script over time: which content it has, since when, and how often it dies. */
final class ScriptFile {
  /** A larger one is a program, whose hash is not worth its reading. In bytes. */
  private static final long HASHED_BYTES_MAX = 16L << 20;

  /** By what a change is noticed: without reading the file. */
  private record Seal(long bytes, FileTime modified, Optional<Object> key) {
    boolean isThatOf(Seal other) {
      return bytes == other.bytes && modified.equals(other.modified) && key.equals(other.key);
    }
  }

  /**
   * A content.
   *
   * @param sha256 in hexadecimal digits, or why it is not known
   * @param since when it was first run; the start of this process for the first one
   */
  record Version(String sha256, Instant since) {}

  private final Path path;
  private Optional<Seal> seal = Optional.empty();
  private Version version;
  private Optional<String> before = Optional.empty();
  private long runs;
  private long deaths;
  private long deathsBefore;

  ScriptFile(Path path) {
    this.path = path;
    this.version = new Version("not run yet", Instant.now());
  }

  Path path() {
    return path;
  }

  /** The content that is run now. Looks at the file; reads it only when it has changed. */
  synchronized Version current() {
    var now = look();
    if (now.isEmpty() || seal.isEmpty() || !now.get().isThatOf(seal.get())) {
      var hash = now.isPresent() ? hash(now.get()) : "the file is gone";
      if (!hash.equals(version.sha256())) {
        if (seal.isPresent()) {
          before = Optional.of(version.sha256());
          deathsBefore = deaths;
        }
        version = new Version(hash, Instant.now());
        runs = 0;
        deaths = 0;
      }
      seal = now;
    }
    runs++;
    return version;
  }

  private Optional<Seal> look() {
    try {
      var now = Files.readAttributes(path, BasicFileAttributes.class);
      return Optional.of(
          new Seal(now.size(), now.lastModifiedTime(), Optional.ofNullable(now.fileKey())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private String hash(Seal now) {
    if (now.bytes() > HASHED_BYTES_MAX) {
      return "not taken of " + now.bytes() + " bytes";
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(path)));
    } catch (IOException e) {
      return "not readable";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** A run of this content has died. */
  synchronized void died(Version of) {
    if (of.equals(version)) {
      deaths++;
    }
  }

  /** Whether deaths have come with a new content: what to tell of that. */
  synchronized Optional<String> suspicion() {
    return deaths > 0 && before.isPresent() && deathsBefore == 0
        ? Optional.of(
            "the script is new since %s (before: sha256 %s, no deaths); %d of %d runs have died"
                .formatted(version.since(), before.get(), deaths, runs))
        : Optional.empty();
  }
}
