package io.headrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.cli.config.ConfigurationLoader;
import io.headrace.cli.config.Settings;
import io.headrace.journal.Disk;
import io.headrace.journal.FileDisk;
import io.headrace.journal.JournalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace journal …}: the files of a server that does not run. */
@Command(name = "journal", description = "Looks at a data directory, and cuts what is damaged.")
final class JournalVerbs {
  private static final long NS_PER_S = 1_000_000_000;

  /** How much of a body is printed: enough to recognise a job. */
  private static final int BODY_BYTES_SHOWN = 200;

  /** Which directory. */
  static final class Place {
    @Mixin private Output output;

    @Parameters(
        arity = "0..1",
        paramLabel = "DIRECTORY",
        description = "The data directory. Unless given, that of the configuration.")
    private Optional<Path> directory;

    @Option(
        names = "--data",
        paramLabel = "DIRECTORY",
        description = "The same, as 'headrace serve' is given it.")
    private Optional<Path> data;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration to read.")
    private Optional<Path> config;

    /** Reads, and leaves the directory as it is. */
    int reading(Function<JournalTool, Integer> work) {
      return with(FileDisk::openToRead, work);
    }

    /** Reads and writes. */
    int changing(Function<JournalTool, Integer> work) {
      return with(FileDisk::open, work);
    }

    /** Runs with the directory locked, so that no server changes it meanwhile. */
    private int with(Function<Path, FileDisk> open, Function<JournalTool, Integer> work) {
      var path = path();
      if (!Files.isDirectory(path)) {
        throw new Failure(Exit.USAGE, path + ": there is no such directory");
      }
      try (Disk disk = open.apply(path)) {
        return work.apply(new JournalTool(disk));
      } catch (IOException e) {
        throw new Failure(Exit.NO, path + " did not close well: " + e.getMessage(), e);
      }
    }

    Path path() {
      if (directory.isPresent() && data.isPresent()) {
        throw new Failure(Exit.USAGE, "give the directory once, not also with --data");
      }
      if (directory.isPresent() || data.isPresent()) {
        return directory.or(() -> data).get();
      }
      var loaded = new ConfigurationLoader(Map.of(), System.getenv(), config).load();
      return loaded
          .get(Settings.DATA)
          .orElseThrow(
              () -> new Failure(Exit.USAGE, "no DIRECTORY given, and 'data' is set to none"));
    }
  }

  @Command(
      name = "verify",
      description = "Reads every byte of a journal, and says what a server would make of it.",
      footer = {"", "Example:", "  headrace journal verify /var/lib/headrace"})
  int verify(@Mixin Place place) {
    return place.reading(tool -> {
      var report = tool.verify();
      var rows = report.files().stream().map(JournalVerbs::row).toList();
      var verdict = verdict(report.verdict());
      if (place.output.json()) {
        place.output.result(
            "", Map.of("files", rows.stream().map(Json::facts).toList(), "verdict", verdict));
      } else {
        place.output.rows(rows, place.path() + " holds no journal");
        place.output.result(verdict, Map.of());
      }
      return report.verdict() instanceof JournalTool.Verdict.Corrupt ? Exit.NO : Exit.DONE;
    });
  }

  private static Map<String, String> row(JournalTool.FileReport file) {
    var row = new LinkedHashMap<String, String>();
    row.put("file", file.name());
    row.put("kind", file.kind().name().toLowerCase(Locale.ROOT));
    row.put("bytes", Long.toString(file.bytes()));
    row.put("items", Long.toString(file.items()));
    row.put("first", Long.toString(file.firstIndex()));
    row.put("last", Long.toString(file.lastIndex()));
    row.put("forced", Long.toString(file.forced()));
    row.put(
        "damage",
        file.damage().map(one -> "at byte " + one.offset() + ": " + one.reason()).orElse("none"));
    return row;
  }

  private static String verdict(JournalTool.Verdict verdict) {
    return switch (verdict) {
      case JournalTool.Verdict.Intact(var lastIndex) ->
          "intact: a server starts with all entries up to " + lastIndex;
      case JournalTool.Verdict.TornTail(var file, var offset, var lastIndex, var reason) ->
          file
              + " at byte "
              + offset
              + ": "
              + reason
              + ". That was never forced: a server cuts it"
              + " and starts with all entries up to "
              + lastIndex;
      case JournalTool.Verdict.Corrupt(
              var file,
              var offset,
              var firstLost,
              var forced,
              var reason) ->
          file
              + " at byte "
              + offset
              + ": "
              + reason
              + ". Entries from "
              + firstLost
              + " on are"
              + " damaged, and "
              + forced
              + " was forced: a server refuses to start. Restore the"
              + " files from a copy, or give up what follows with 'headrace journal repair'";
    };
  }

  @Command(
      name = "dump",
      description = "Prints the entries of a journal, one a line.",
      footer = {"", "Example:", "  headrace journal dump /var/lib/headrace --from 1000 --to 1100"})
  int dump(
      @Mixin Place place,
      @Option(
              names = "--from",
              paramLabel = "INDEX",
              defaultValue = "1",
              description = "The first entry (${DEFAULT-VALUE}).")
          long from,
      @Option(
              names = "--to",
              paramLabel = "INDEX",
              defaultValue = "9223372036854775807",
              showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
              description = "The last entry. Unless given: the last there is.")
          long to,
      @Option(names = "--bodies", description = "Print the beginning of each body too.")
          boolean bodies) {
    return place.reading(tool -> {
      var damage = tool.dump(from, to, bodies, entry -> print(place.output, entry, bodies));
      place.output.flush();
      damage.ifPresent(one ->
          Output.note(
              "after this: damage at byte "
                  + one.offset()
                  + ": "
                  + one.reason()
                  + "; 'headrace journal verify' says what it means"));
      return damage.isPresent() ? Exit.NO : Exit.DONE;
    });
  }

  private static void print(Output output, JournalTool.Entry entry, boolean bodies) {
    var time =
        Instant.ofEpochSecond(entry.stampNs() / NS_PER_S, entry.stampNs() % NS_PER_S).toString();
    var value = new LinkedHashMap<String, Object>();
    value.put("index", entry.index());
    value.put("time", time);
    value.put("file", entry.file());
    value.put("offset", entry.offset());
    value.put("command", entry.command().toString());
    var text = entry.index() + " " + time + " " + entry.command();
    if (bodies && entry.body().hasRemaining()) {
      var body = beginning(entry.body());
      value.put("body", body);
      text += " " + body;
    }
    output.item(text, value);
  }

  private static String beginning(ByteBuffer body) {
    var bytes = new byte[Math.min(body.remaining(), BODY_BYTES_SHOWN)];
    body.duplicate().get(bytes);
    return new String(bytes, UTF_8).replaceAll("\\p{Cntrl}", ".");
  }

  @Command(
      name = "repair",
      description = {
        "Cuts a journal at its first damage, so that a server starts with what is before it.",
        "What is cut is kept beside it, in files whose names end in .cut.",
        ""
      },
      footer = {"", "Example:", "  headrace journal repair /var/lib/headrace --yes"})
  int repair(
      @Mixin Place place,
      @Option(names = "--yes", description = "Yes, give up what follows the damage.") boolean yes) {
    return place.changing(tool -> {
      var verdict = tool.verify().verdict();
      if (!yes && !(verdict instanceof JournalTool.Verdict.Intact)) {
        throw new Failure(Exit.USAGE, verdict(verdict) + ". Say --yes to do that");
      }
      return repaired(place.output, tool.repair());
    });
  }

  private static int repaired(Output output, JournalTool.Repair repair) {
    return switch (repair) {
      case JournalTool.Repair.Nothing _ -> {
        output.result("nothing to cut: the journal is intact", Map.of("cut", false));
        yield Exit.DONE;
      }
      case JournalTool.Repair.Cut(var file, var offset, var lastIndex, var sideFiles) -> {
        List<String> kept = new ArrayList<>(sideFiles);
        output.result(
            "cut at byte "
                + offset
                + " of "
                + file
                + ": entries up to "
                + lastIndex
                + " are kept. What was cut is in "
                + String.join(", ", kept),
            Map.of("cut", true, "file", file, "offset", offset, "last", lastIndex, "kept", kept));
        yield Exit.DONE;
      }
      case JournalTool.Repair.Refused(var file, var offset, var why) ->
          throw new Failure(Exit.NO, file + " at byte " + offset + ": " + why);
    };
  }
}
