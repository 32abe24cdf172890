package io.headrace.worker;

import io.headrace.worker.process.SpawnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The file of a script over time: which content it has, since when, and how often it dies. */
final class ScriptFile {
  /** A larger one is a program, whose hash is not worth its reading. In bytes. */
  private static final long HASHED_BYTES_MAX = 16L << 20;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

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

  /**
   * The content that is run now. Looks at the file; reads it only when it has changed.
   *
   * @throws SpawnException when there is none: then it is not a job that fails
   */
  synchronized Version current() throws SpawnException {
    var now = look();
    if (now.isEmpty()) {
      throw new SpawnException(path + " is not there any more; put it back");
    }
    if (seal.isEmpty() || !now.get().isThatOf(seal.get())) {
      var hash = hash(now.get());
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

  /** Whether there is any now. */
  boolean isThere() {
    return look().isPresent();
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

  /** A run of this content has died: what there is to tell of the file, a line each. */
  synchronized List<String> died(Version ran) {
    if (ran.equals(version)) {
      deaths++;
    }
    var told = new ArrayList<String>();
    since(ran).ifPresent(told::add);
    if (isSuspect()) {
      told.add(
          "the script is new since %s (before: sha256 %s, no deaths); %d of %d runs have died"
              .formatted(version.since(), before.orElse(""), deaths, runs));
    }
    return told;
  }

  /** What became of the file while that content ran. */
  private Optional<String> since(Version ran) {
    var now = look();
    if (now.isEmpty()) {
      return Optional.of("the file was removed while this ran");
    }
    if (now.equals(seal) && ran.equals(version)) {
      return Optional.empty();
    }
    var hash = hash(now.get());
    return hash.equals(ran.sha256())
        ? Optional.empty()
        : Optional.of("the file was changed while this ran, and has sha256 " + hash + " now");
  }

  /** Deaths have come with a new content. */
  private boolean isSuspect() {
    return deaths > 0 && before.isPresent() && deathsBefore == 0;
  }

  /** Whether deaths have come with a new content, in a few words; empty when not. */
  synchronized String suspicion() {
    return isSuspect()
        ? "%d of %d runs died since the script changed (sha256 %.12s, %s)"
            .formatted(deaths, runs, version.sha256(), CLOCK.format(version.since()))
        : "";
  }
}
