package io.headrace.worker.process;

/**
 * The end of a script.
 *
 * @param pid what its process id was
 * @param bytesRead what it and the children that it waited for have read, by whatever way; 0 where
 *     it ended well, since nobody asks then
 * @param bytesWritten likewise
 * @param orphans how many processes outlived it, and were killed
 */
public record Ended(
    int pid, WaitStatus status, Usage usage, long bytesRead, long bytesWritten, int orphans) {}
