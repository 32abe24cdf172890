package io.headrace.server.captures;

/**
 * What is told of captures, and of what is remembered to make some.
 *
 * @param recorderBytes memory that all recordings take
 * @param recorderShort recordings that were ever cut short since the memory was used
 * @param kept captures that there are
 * @param keptBytes what they take, as they are written
 * @param skipped how many were not taken since the start, as there were so many
 * @param unwritten how many are in memory only, or no longer there but as a file
 */
public record CaptureNumbers(
    long recorderBytes,
    long recorderShort,
    long kept,
    long keptBytes,
    long skipped,
    long unwritten) {}
