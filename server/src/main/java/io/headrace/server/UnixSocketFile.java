package io.headrace.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file that a Unix socket leaves behind, and what is done with one that lies there already. */
final class UnixSocketFile {
  private UnixSocketFile() {}

  /**
   * Removes the socket that a server which is gone has left.
   *
   * @throws ListenException when another server answers there, or the file is no socket
   */
  static void makeWay(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      // A socket is none of file, directory and link.
      if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
        throw new ListenException(
            "cannot listen on unix:" + path + ": a file that is no socket lies there. Remove it");
      }
      if (answers(path)) {
        throw new ListenException(
            "cannot listen on unix:"
                + path
                + ": another server answers there. Stop it, or choose another path");
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new ListenException(
          "cannot listen on unix:" + path + ": what lies there cannot be removed: " + e, e);
    }
  }

  private static boolean answers(Path path) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A full queue of a living server refuses a caller that does not want to wait.
      probe.configureBlocking(false);
      boolean _ = probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (java.net.ConnectException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
