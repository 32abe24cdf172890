package io.headrace.client;

import java.util.Map;

/**
 * A reserve, and what is to be known of the job that it gave.
 *
 * @param facts what {@code stats-job} says of it; nothing without a job, or when it is another's
 *     already
 */
public record Taken(ReserveResult result, Map<String, String> facts) {}
