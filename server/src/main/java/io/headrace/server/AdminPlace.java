package io.headrace.server;

/**
 * Where a server tells its numbers to a monitoring system, by HTTP.
 *
 * @param optional whether the server goes on without it, and warns, when the address cannot be
 *     listened on: for an address that nobody chose
 */
public record AdminPlace(ListenAddress.Tcp address, boolean optional) {}
