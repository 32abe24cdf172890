package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.worker.process.Launch;
import io.headrace.worker.process.Scratch;
import io.headrace.worker.process.Script;
import io.headrace.worker.process.Sink;
import io.headrace.worker.process.SpawnException;
import io.headrace.worker.process.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The scripts of one slot, and what they have in common: a folder, a log, a mark. */
final class ScriptRunner implements Runner {
  private static final byte[] NOTHING = {};

  private final ScriptWorkshop shop;
  private final ScriptTask task;
  private final String mark;
  private final Workplace place;
  private final Optional<SlotLog> log;
  private final Scratch scratch;
  private final ScriptRun.Streams streams = new ScriptRun.Streams();

  ScriptRunner(ScriptWorkshop shop, int slot) throws IOException, SpawnException {
    this.shop = shop;
    this.task = shop.task();
    this.mark = "HEADRACE_RUN=" + shop.token() + '.' + slot;
    this.scratch = new Scratch();
    this.place =
        new Workplace(
            shop.temporary().folder().resolve("slot-" + slot), task.program().limits().user());
    this.log = task.log().map(it -> new SlotLog(it, shop.name() + '-' + slot, shop.note()));
  }

  @Override
  public Link connect(Supplier<HeadraceClient> connector, WorkPlan plan) throws SpawnException {
    clean();
    return Link.guarded(connector, plan, mark);
  }

  @Override
  public Run begin(Held held, Result result) throws SpawnException, IOException {
    streams.clear();
    var version = shop.file().current();
    var stdin = task.program().wantsStdin(task.bodyAs()) ? held.body() : NOTHING;
    var script = Script.start(launch(held), stdin, sinks(result), scratch);
    return new ScriptRun(shop, script, held, version, streams);
  }

  private List<Sink> sinks(Result result) {
    var out = both(streams.stdout());
    Sink outAndResult =
        (chunk, length) -> {
          out.take(chunk, length);
          result.take(chunk, length);
        };
    var sinks = List.of(result.isWanted() ? outAndResult : out, both(streams.stderr()));
    return task.trace() ? List.of(sinks.get(0), sinks.get(1), streams.trace()) : sinks;
  }

  private Sink both(Tail tail) {
    return log.isEmpty()
        ? tail
        : (chunk, length) -> {
          tail.take(chunk, length);
          log.get().take(chunk, length);
        };
  }

  private Launch launch(Held held) throws IOException {
    var program = task.program();
    var words = new ArrayList<>(program.words());
    if (program.wantsFile()) {
      var file = place.keep(held.body()).toString();
      words.replaceAll(word -> word.replace(Program.FILE, file));
    }
    if (task.bodyAs() == ScriptTask.BodyAs.ARGUMENTS) {
      words.addAll(new String(held.body(), StandardCharsets.UTF_8).lines().toList());
    }
    return new Launch(program.path(), words, shop.environment(), variables(held), mark);
  }

  private List<String> variables(Held held) {
    long seconds = task.times().max().orElse(held.ttr()).toSeconds();
    return List.of(
        mark,
        "TMPDIR=" + place.folder(),
        "HEADRACE_JOB_ID=" + held.id(),
        "HEADRACE_TUBE=" + held.tube(),
        "HEADRACE_ATTEMPT=" + held.attempt(),
        "HEADRACE_DEADLINE=" + (Instant.now().getEpochSecond() + seconds),
        "HEADRACE_TTR=" + held.ttr().toSeconds());
  }

  @Override
  public void clean() {
    place.clean();
  }

  @Override
  public void close() throws IOException {
    try (scratch;
        place) {
      if (log.isPresent()) {
        log.get().close();
      }
    }
  }
}
