package io.headrace.client;

import java.util.List;
import java.util.Map;

/**
 * What is to be known of a job, in the server's order and words.
 *
 * @param attempts its reservations that did not end with its delete, oldest first: the first one,
 *     and the last of the others
 */
public record JobFacts(Map<String, String> facts, List<Map<String, String>> attempts) {}
