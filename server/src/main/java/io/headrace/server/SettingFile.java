package io.headrace.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A small text file that a setting names.
 *
 * @param setting the key that names it, for messages
 */
public record SettingFile(String setting, Path path) {
  /** The largest that is read: such files have some kilobytes. */
  public static final int BYTES_MAX = 1 << 20;

  /**
   * Its text, a character a byte.
   *
   * @throws UnusableFileException when it cannot be read, or is too large
   */
  public String text() {
    try (var in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw unusable("it is larger than 1 MiB, which no such file is. Name another file");
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw unusable("there is no such file. Create it, or name another one", e);
    } catch (AccessDeniedException e) {
      throw unusable(
          "user '"
              + System.getProperty("user.name")
              + "' may not read it. Give it the right, as by chgrp and chmod g+r",
          e);
    } catch (IOException e) {
      throw unusable("it cannot be read: " + e.getMessage() + ". Name a file that can", e);
    }
  }

  /** Says that it is of no use, why, and what to do. */
  public UnusableFileException unusable(String why) {
    return new UnusableFileException(setting, path + ": " + why);
  }

  /** Likewise, with a cause. */
  public UnusableFileException unusable(String why, Throwable cause) {
    return new UnusableFileException(setting, path + ": " + why, cause);
  }
}
