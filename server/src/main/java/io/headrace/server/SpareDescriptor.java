package io.headrace.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A descriptor that is held back for the time when there is none left: given up for a moment, it
 * lets a connection be accepted and closed, so that its peer need not wait for what does not come.
 */
final class SpareDescriptor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareDescriptor.class);
  private static final Path NOTHING = Path.of("/dev/null");

  private Optional<FileChannel> held = Optional.empty();

  SpareDescriptor() {
    takeBack();
  }

  /** Gives it up; false when it is not held. */
  boolean giveUp() {
    boolean was = held.isPresent();
    close();
    return was;
  }

  /** Holds it again, if that is possible now. */
  void takeBack() {
    if (held.isEmpty()) {
      try {
        held = Optional.of(FileChannel.open(NOTHING, StandardOpenOption.READ));
      } catch (IOException e) {
        LOG.debug("no descriptor can be held back: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    try {
      if (held.isPresent()) {
        held.get().close();
      }
    } catch (IOException e) {
      LOG.debug("the spare descriptor did not close well: {}", e.getMessage());
    }
    held = Optional.empty();
  }
}
