package io.headrace.cli;

import io.headrace.cli.config.Configuration;
import io.headrace.cli.config.Setting;
import io.headrace.cli.config.Settings;
import io.headrace.server.beanstalk.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headrace config …}. */
@Command(
    name = "config",
    description = "Shows how the server is configured.",
    subcommands = ConfigVerbs.Show.class)
final class ConfigVerbs {

  /** {@code headrace config show}. */
  @Command(
      name = "show",
      description = "Prints the effective value of every key, and where it came from.",
      footer = {"", "Example:", "  HEADRACE_DURABILITY=interval:50ms headrace config show"})
  static final class Show implements Callable<Integer> {
    @Mixin private SettingFlags flags;
    @Mixin private Output output;

    @Override
    public Integer call() {
      var configuration = flags.load();
      output.rows(rows(configuration), "");
      return Exit.DONE;
    }

    private static List<Map<String, String>> rows(Configuration configuration) {
      var rows = new ArrayList<Map<String, String>>();
      for (var setting : Settings.ALL) {
        var row = new LinkedHashMap<String, String>();
        row.put("key", setting.key());
        row.put("value", shown(configuration, setting));
        row.put("origin", configuration.origin(setting).toString());
        rows.add(row);
      }
      return rows;
    }

    /** A token is for its owner only, also where others look over a shoulder or at a log. */
    private static String shown(Configuration configuration, Setting<?> setting) {
      var text = String.join(",", configuration.texts(setting));
      return text.startsWith(Tokens.PREFIX) ? Tokens.PREFIX + "..." : text;
    }
  }
}
