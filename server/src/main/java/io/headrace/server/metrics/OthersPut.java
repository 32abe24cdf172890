package io.headrace.server.metrics;

import io.headrace.queue.TubeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many jobs were put into tubes without a label of their own. Never falls, whichever tubes have
 * a label in this scrape and in that: a counter that falls is a restart to Prometheus, which would
 * see all its jobs put a second time.
 *
 * <p>So a job that was put while its tube had no label stays with the others when the tube gets
 * one, although the tube's own counter, which begins with the tube, has it too.
 */
final class OthersPut {
  private Map<TubeName, Long> labelled = new HashMap<>();
  private boolean allWereLabelled = true;
  private long attributed;

  /**
   * Takes a scrape into account, and returns the counter.
   *
   * @param total jobs ever put into all tubes
   * @param allAreLabelled whether every tube there is has a label in it
   */
  long take(List<TubeNumbers> tubes, long total, boolean allAreLabelled) {
    var now = new HashMap<TubeName, Long>();
    for (var tube : tubes) {
      long fresh = allWereLabelled ? 0 : tube.put();
      long before = labelled.getOrDefault(tube.name(), fresh);
      // One that is smaller now was gone, and was made anew.
      attributed += tube.put() >= before ? tube.put() - before : tube.put();
      now.put(tube.name(), tube.put());
    }
    labelled = now;
    allWereLabelled = allAreLabelled;
    return Math.max(0, total - attributed);
  }
}
