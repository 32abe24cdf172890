package io.headrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.http.Exchange;
import io.headrace.http.Expect;
import io.headrace.http.Header;
import io.headrace.http.HttpProbe;
import io.headrace.http.Request;
import io.headrace.http.UnusableRequestException;
import io.headrace.http.WebAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace check}. */
@Command(
    name = "check",
    description = {
      "Asks a web server once, as a worker would, and says what it made of it: how long each phase"
          + " took, what came, and whether it was a whole response.",
      "",
      "Exit code 0 says that each response was whole and had a status that was expected.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  headrace check https://example.org/health",
      "  headrace check --expect 200,204 --deadline 5s --repeat 10 http://127.0.0.1:8080/"
    })
final class CheckVerb implements Callable<Integer> {
  private static final int REPEAT_MAX = 1_000_000;
  private static final Duration EVERY_DEFAULT = Duration.ofSeconds(1);

  @Mixin private Output output;
  @Mixin private WebFlags flags;

  @Parameters(arity = "1..*", paramLabel = "URL", description = "What to ask: http or https.")
  private List<String> urls = List.of();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "GET, HEAD, POST, ... Unless given: POST with a body, else GET.")
  private Optional<String> method;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A header to send; may be given more than once.")
  private List<String> headers = List.of();

  @Option(names = "--body", paramLabel = "TEXT", description = "The body to send.")
  private Optional<String> body;

  @Option(
      names = "--expect",
      paramLabel = "STATUSES",
      defaultValue = "200-299",
      description = "Statuses that are good: 200, 200-299, 2xx, 200,404 (${DEFAULT-VALUE}).")
  private String expect;

  @Option(names = "--repeat", paramLabel = "N", description = "Ask so many times (1).")
  private Optional<Integer> repeat;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "With --repeat: time from one beginning to the next (1s).")
  private Optional<Duration> every;

  /** How many ended in which way. */
  private final Map<String, Integer> tally = new TreeMap<>();

  @Override
  public Integer call() {
    if (every.isPresent() && repeat.isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "--every is the time between repetitions: give --repeat N too, or leave it out");
    }
    int rounds = repeat.orElse(1);
    if (rounds < 1 || rounds > REPEAT_MAX) {
      throw new Failure(Exit.USAGE, "--repeat is 1 to " + REPEAT_MAX + ", not " + rounds);
    }
    var expected = expected(expect);
    var probe = new HttpProbe(flags.deadlines(), flags.sizes(), flags.trust());
    var fields = headers.stream().map(CheckVerb::header).toList();
    var requests = urls.stream().map(url -> request(url, fields)).toList();
    boolean good = true;
    for (int round = 0; round < rounds; round++) {
      long beganNs = System.nanoTime();
      for (var request : requests) {
        good &= told(new CheckReport(ask(probe, request), expected));
      }
      if (round + 1 < rounds) {
        long tookNs = System.nanoTime() - beganNs;
        Pace.sleep(every.orElse(EVERY_DEFAULT).minusNanos(tookNs));
      }
    }
    if (rounds > 1 && !output.json()) {
      Output.note(summary());
    }
    return good ? Exit.DONE : Exit.NO;
  }

  private boolean told(CheckReport report) {
    tally.merge(report.word(), 1, Integer::sum);
    output.result(report.text(), report.value());
    return report.isGood();
  }

  private String summary() {
    return tally.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static Exchange ask(HttpProbe probe, Request request) {
    try {
      return probe.run(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.NO, "interrupted", e);
    }
  }

  private Request request(String url, List<Header> fields) {
    return new Request(
        method.orElse(body.isPresent() ? "POST" : "GET"),
        WebAddress.parse(url),
        fields,
        body.orElse("").getBytes(UTF_8));
  }

  private static Header header(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new Failure(
          Exit.USAGE, "--header '" + text + "' has no colon; write 'Name: value', in quotes");
    }
    return new Header(text.substring(0, colon), text.substring(colon + 1).strip());
  }

  private static Expect expected(String text) {
    try {
      return Expect.parse(text);
    } catch (UnusableRequestException e) {
      throw new Failure(Exit.USAGE, "--expect: " + e.getMessage(), e);
    }
  }
}
