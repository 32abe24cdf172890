package io.headrace.worker.process;

import java.util.Set;

/**
 * How far a tree of processes has come: two that differ have progress between them.
 *
 * @param cpuTicks time on processors
 * @param bytes read and written, by whatever way
 * @param processes which there are
 */
public record Progress(long cpuTicks, long bytes, Set<Long> processes) {}
