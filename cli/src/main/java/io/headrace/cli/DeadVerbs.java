package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace dead …}: jobs that policies have ended, and why. */
@Command(
    name = "dead",
    description = "Looks at jobs that policies have ended, retries them and drops them.")
final class DeadVerbs {
  /** Under which a docket stands in the JSON of a job that died. */
  static final String EVIDENCE = "evidence";

  @Command(
      name = "list",
      description = "Lists dead jobs, those that ended alike as one row.",
      footer = {
        "",
        "Examples:",
        "  headrace dead list",
        "  headrace dead list mail --ended         also those of which only a record is left"
      })
  int list(
      @Mixin Talk talk,
      @Parameters(
              arity = "0..1",
              paramLabel = "TUBE",
              description = "Only those that are in this tube, or came from it.")
          Optional<String> tube,
      @Option(names = "--ended", description = "Also what has ended for good, newest first.")
          boolean ended,
      @Option(
              names = "--max",
              paramLabel = "N",
              defaultValue = "100",
              description = "With --ended: so many of those, up to 1000 (${DEFAULT-VALUE}).")
          int max) {
    if (max < 1 || max > HeadraceClient.LIST_JOBS_MAX) {
      throw new Failure(Exit.USAGE, "--max is 1 to 1000, not " + max);
    }
    try (var client = talk.connect()) {
      var dead = DeadList.of(client, tube).groups();
      if (!ended) {
        talk.output().rows(dead, "there is no dead job");
        return Exit.DONE;
      }
      var records = endRecords(client, tube).stream().limit(max).toList();
      if (talk.output().json()) {
        var value = new LinkedHashMap<String, Object>();
        value.put("dead", dead.stream().map(Json::facts).toList());
        value.put("ended", records.stream().map(Json::facts).toList());
        talk.output().result("", value);
      } else {
        talk.output().rows(dead, "there is no dead job");
        talk.output().result("\nEnded for good, newest first:", Map.of());
        talk.output().rows(records, "there is no record");
      }
      return Exit.DONE;
    }
  }

  private static List<Map<String, String>> endRecords(
      HeadraceClient client, Optional<String> tube) {
    return client.listEnded(HeadraceClient.LIST_JOBS_MAX).stream()
        .filter(end -> tube.map(name -> name.equals(end.get("tube"))).orElse(true))
        .toList();
  }

  @Command(
      name = "show",
      description = "Prints who had a job when, how it died, and what was left as evidence.",
      footer = {"", "Example:", "  headrace dead show 12"})
  int show(@Mixin Talk talk, @Parameters(paramLabel = "JOB", description = "The job.") long id) {
    return talk.result(client -> {
      var record =
          endRecords(client, Optional.empty()).stream()
              .filter(end -> Long.toString(id).equals(end.get("id")))
              .findFirst();
      var told = record.isPresent() ? ended(record.get()) : present(client, id);
      return LastWords.of(client, id).map(words -> words.addTo(told)).orElse(told);
    });
  }

  private static Talk.Changed ended(Map<String, String> record) {
    var text = new StringBuilder("ended for good; this is left:");
    record.forEach((key, fact) -> text.append('\n').append(key).append(": ").append(fact));
    return new Talk.Changed(text.toString(), Json.values(record));
  }

  private static Talk.Changed present(HeadraceClient client, long id) {
    var history = History.of(client, id);
    var docket = client.peekDocket(id);
    var value = history.json();
    var text = new StringBuilder(history.text()).append("\n\n");
    if (docket.isPresent()) {
      var evidence = new LinkedHashMap<String, Object>();
      ReserveVerb.putBody(evidence, docket.get().body());
      value.put(EVIDENCE, evidence);
      text.append("docket, ").append(docket.get().body().length).append(" bytes:\n");
      text.append(Printable.of(docket.get().body()).stripTrailing());
    } else {
      text.append("no docket: nobody told how it died, or it is no longer kept");
    }
    return new Talk.Changed(text.toString(), value);
  }

  @Command(
      name = "retry",
      description = {
        "Gives dead or buried jobs a new chance, in the tube they came from.",
        "By --signature it only says what it would do, until --yes is given.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  headrace dead retry 12 13",
        "  headrace dead retry --signature 'php: SIGSEGV' --canary 5 --rate 20 --yes"
      })
  int retry(@Mixin Talk talk, @Mixin DeadChoice choice, @Mixin Canary canary) {
    return choice.act(talk, DeadAct.RETRY, canary);
  }

  @Command(
      name = "drop",
      description = {
        "Deletes dead or buried jobs. For an hour they can be had back by 'headrace dead undo'.",
        "By --signature it only says what it would do, until --yes is given.",
        ""
      },
      footer = {"", "Example:", "  headrace dead drop 12 13"})
  int drop(@Mixin Talk talk, @Mixin DeadChoice choice) {
    return choice.act(talk, DeadAct.DROP, new Canary());
  }

  @Command(
      name = "undo",
      description = {
        "Brings jobs back that were dropped within the last hour: they are buried then.",
        "By --signature it only says what it would do, until --yes is given.",
        ""
      },
      footer = {"", "Example:", "  headrace dead undo 12 13"})
  int undo(@Mixin Talk talk, @Mixin DeadChoice choice) {
    return choice.act(talk, DeadAct.UNDO, new Canary());
  }
}
