package io.headrace.server;

import io.headrace.journal.Durability;
import java.nio.file.Path;

/**
 * Where and how a server keeps its jobs.
 *
 * @param directory the data directory, of this server alone; made when it is not there
 * @param durability what an acknowledged change survives
 * @param segmentBytes size of a segment, 64 KiB to 1 GiB
 */
public record JournalPlace(Path directory, Durability durability, int segmentBytes) {}
