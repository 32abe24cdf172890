package io.headrace.server.events;

/**
 * An event as it is told.
 *
 * @param repeated how many events it stands for, itself among them; at least 1
 */
record Telling(Event event, long repeated) {}
