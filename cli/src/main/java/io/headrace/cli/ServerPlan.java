package io.headrace.cli;

import io.headrace.journal.Durability;
import io.headrace.queue.PolicySettings;
import io.headrace.server.AdminPlace;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.EventOptions;
import io.headrace.server.KeyOptions;
import io.headrace.server.ListenAddress;
import io.headrace.server.PeerOptions;
import io.headrace.server.SecurityOptions;
import io.headrace.server.captures.RecorderOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server is to be, whoever's command line said so.
 *
 * @param data where jobs are kept; nothing means in memory only, and then durability and
 *     segmentBytes mean nothing
 * @param recorder how much of what is said is remembered, and kept
 * @param admin where metrics are told
 * @param peers how patient the server is with peers
 * @param security what connections have to show
 * @param keys which keys of puts are remembered
 */
record ServerPlan(
    List<ListenAddress> listen,
    Optional<Path> data,
    Durability durability,
    int segmentBytes,
    int maxJobBytes,
    long memoryBytes,
    int jobsMax,
    ConnectionOptions connections,
    PolicySettings policy,
    EventOptions events,
    RecorderOptions recorder,
    Optional<AdminPlace> admin,
    PeerOptions peers,
    SecurityOptions security,
    KeyOptions keys) {

  /** Whether a service manager handed sockets over to this process, see sd_listen_fds(3). */
  static boolean inheritsSockets(Map<String, String> environment) {
    return environment.getOrDefault("LISTEN_FDS", "0").matches("[1-9]\\d*")
        && environment
            .getOrDefault("LISTEN_PID", "")
            .equals(Long.toString(ProcessHandle.current().pid()));
  }
}
