package io.headrace.server.captures;

/**
 * A connection as a capture tells of it.
 *
 * @param connection its number
 * @param peer the address of the client, as a person reads it
 * @param local the address it came in by, or "" where that is not known
 * @param sinceNs when it was opened, in nanoseconds since 1970
 */
public record Speaker(long connection, String peer, String local, long sinceNs) {}
