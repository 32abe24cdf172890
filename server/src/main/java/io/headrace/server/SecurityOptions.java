package io.headrace.server;

import io.headrace.server.tls.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What connections have to show.
 *
 * @param tls what addresses with TLS show, and ask for; without it there can be none
 * @param tokens the file of tokens; without it everybody may do everything
 */
public record SecurityOptions(Optional<TlsFiles> tls, Optional<Path> tokens) {
  /** Nothing: who can connect may do everything. */
  public static final SecurityOptions NONE =
      new SecurityOptions(Optional.empty(), Optional.empty());
}
