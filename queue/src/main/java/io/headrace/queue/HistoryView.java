package io.headrace.queue;

import java.util.List;

/**
 * What is known of a job's past.
 *
 * @param attempts the first and the last of those that did not end with its delete, oldest first
 * @param docket the id under which the evidence of its last death is kept, or 0
 * @param signature what that death has in common with others like it; "" where nobody said
 */
public record HistoryView(List<Attempt> attempts, long docket, String signature) {
  public HistoryView {
    attempts = List.copyOf(attempts);
  }
}
