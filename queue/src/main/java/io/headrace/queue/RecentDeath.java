package io.headrace.queue;

/**
 * That a job became a suspect: to be taken back when it turns out that many died.
 *
 * @param attempt the number of the attempt that ended so
 * @param tubeOrdinal the ordinal of its tube
 * @param counted whether the death was held against it
 */
record RecentDeath(long job, int attempt, long atNs, long tubeOrdinal, boolean counted) {}
