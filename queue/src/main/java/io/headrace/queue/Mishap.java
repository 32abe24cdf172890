package io.headrace.queue;

/**
 * The death of a session that held jobs, none of which had died before.
 *
 * @param tubeOrdinal the ordinal of the tube of the first of those jobs
 * @param jobs how many of them were of that tube
 */
record Mishap(long atNs, long tubeOrdinal, int jobs) {}
