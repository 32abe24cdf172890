package io.headrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace work}. */
@Command(
    name = "work",
    description = {
      "Runs a script for each job of a tube, or asks a web server, some at once, for ever.",
      "",
      "The script has the body on its stdin, and HEADRACE_JOB_ID, HEADRACE_TUBE, HEADRACE_ATTEMPT,"
          + " HEADRACE_DEADLINE and HEADRACE_TTR in its environment; '{file}' among its words"
          + " becomes the path of a file with the body. Exit 0 deletes the job, 75 releases it"
          + " after the retry delay of its tube, anything else with longer and longer delays. A"
          + " script that a signal ends, or that hangs, is reported as the death of a worker, with"
          + " the evidence. SIGTERM lets scripts finish, a second one does not.",
      "",
      "With --http each body is a web request. A whole response with a status that is expected"
          + " deletes the job; any other end leaves its evidence with the job, and releases it with"
          + " longer and longer delays, unless --on-verdict says what else. A body that is no"
          + " request is buried.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  headrace work mail -- ./send.sh",
      "  headrace work mail --procs 16 --max-time 10m --on-exit 3=bury -- php send.php",
      "  headrace work fetch --http --procs 8 --deadline 20s --on-verdict 4xx=bury",
      "  headrace work --workers workers.toml"
    })
final class WorkVerb implements Callable<Integer> {
  @Mixin private Talk talk;

  @Mixin private WorkOptions options;

  @Option(
      names = "--workers",
      paramLabel = "FILE",
      description =
          "Work on several tubes: a TOML file with a table a tube, in which 'command' is a list and"
              + " every other key an option of this verb, as in http = true. SIGHUP reads it"
              + " again.")
  private Optional<Path> workers;

  @Option(
      names = "--import",
      paramLabel = "FILE",
      description =
          "Likewise, from the program sections of a supervisord.conf: the name is the tube, the"
              + " command is run for each job.")
  private Optional<Path> imported;

  @Override
  public Integer call() {
    long sources = Stream.of(workers, imported).filter(Optional::isPresent).count();
    if (sources + (options.isGiven() ? 1 : 0) > 1) {
      throw new Failure(Exit.USAGE, "give only one of TUBE, --workers and --import");
    }
    try (var all = new Workers(talk::connect)) {
      Signals.on(all::end, "TERM");
      Signals.on(all::end, "INT");
      Signals.on(() -> reload(all), "HUP");
      all.work(entries());
      all.await();
      return Exit.DONE;
    } catch (IOException e) {
      throw new Failure(Exit.NO, "it cannot begin: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.NO, "interrupted", e);
    }
  }

  private List<WorkersFile.Entry> entries() throws IOException {
    if (workers.isPresent()) {
      return WorkersFile.toml(workers.get());
    }
    if (imported.isPresent()) {
      return WorkersFile.supervisord(imported.get());
    }
    return List.of(new WorkersFile.Entry(List.of(), options.plan()));
  }

  /** A file that is wrong now changes nothing. */
  private void reload(Workers all) {
    var file = workers.or(() -> imported);
    if (file.isEmpty()) {
      Output.note("SIGHUP: no file says what to work on; the work goes on as it is");
      return;
    }
    try {
      Output.note(file.get() + " is read again; " + all.work(entries()));
    } catch (IOException | Failure | IllegalArgumentException e) {
      Output.note("not reloaded, the work goes on as before: " + e.getMessage());
    }
  }
}
