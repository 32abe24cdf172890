package io.headrace.cli;

import io.headrace.cli.capture.HexView;
import io.headrace.client.HeadraceClient;
import io.headrace.client.UnexpectedReply;
import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;

/** What the last holder of a job had said and was told when it died. */
record LastWords(Capture capture) {
  /** Bytes each way that are shown beside other things. */
  private static final int SHOWN_BYTES = 256;

  private static final String CAUSE = "holder-died";

  /** Those of this job, when the server still has them. */
  static Optional<LastWords> of(HeadraceClient client, long job) {
    try {
      return client.listCaptures().stream()
          .filter(facts -> CAUSE.equals(facts.get("cause")))
          .filter(facts -> holds(facts.getOrDefault("held", ""), job))
          .reduce((_, later) -> later)
          .flatMap(facts -> client.getCapture(Long.parseLong(facts.getOrDefault("id", "0"))))
          .map(bytes -> new LastWords(CaptureFormat.read(bytes)));
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static boolean holds(String jobs, long job) {
    return Arrays.asList(jobs.split(" ", -1)).contains(Long.toString(job));
  }

  /** The same with the last bytes behind it, or where they are when there is a docket. */
  Talk.Changed addTo(Talk.Changed told) {
    var value = new LinkedHashMap<String, Object>(told.value());
    value.put("capture", capture.id());
    if (told.value().containsKey(DeadVerbs.EVIDENCE)) {
      // Who told of the death has said the docket last: it would stand here twice.
      return new Talk.Changed(
          told.text()
              + "\n\n'headrace capture show "
              + capture.id()
              + "' shows what "
              + capture.speaker().peer()
              + ", who told of the death, has said before",
          value);
    }
    return new Talk.Changed(
        told.text()
            + "\n\nthe last bytes of the holder that died, "
            + capture.speaker().peer()
            + "; 'headrace capture show "
            + capture.id()
            + "' shows all:\n"
            + HexView.end(capture, SHOWN_BYTES),
        value);
  }
}
