package io.headrace.cli;

import io.headrace.cli.config.Configuration;
import io.headrace.cli.config.ConfigurationLoader;
import io.headrace.cli.config.Setting;
import io.headrace.cli.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** One option for each setting, so that the table of settings is the only list there is. */
@Command
final class SettingFlags {
  private final Map<String, List<String>> given = new HashMap<>();
  private Optional<Path> file = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--config")
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "The configuration to read. Unless given: HEADRACE_CONFIG, ./headrace.toml,"
                    + " /etc/headrace/headrace.toml.")
            .setter(
                new ISetter() {
                  @Override
                  @SuppressWarnings("unchecked") // The interface's own signature.
                  public <T> T set(T value) {
                    file = Optional.ofNullable((Path) value);
                    return value;
                  }
                })
            .build());
    for (var setting : Settings.ALL) {
      spec.addOption(option(setting));
    }
  }

  private OptionSpec option(Setting<?> setting) {
    return OptionSpec.builder(setting.flag())
        .paramLabel(setting.label())
        .type(setting.many() ? List.class : String.class)
        .auxiliaryTypes(String.class)
        .description(setting.description())
        // Without it a list begins anew each time that its option is given.
        .getter(
            new IGetter() {
              @Override
              @SuppressWarnings({
                "unchecked",
                "NullAway",
                "TypeParameterUnusedInFormals"
              }) // Its own.
              public <T> T get() {
                return (T) given.get(setting.key());
              }
            })
        .setter(
            new ISetter() {
              @Override
              public <T> T set(T value) {
                if (value instanceof List<?> list) {
                  given.put(
                      setting.key(),
                      list.stream()
                          .map(Object::toString)
                          .collect(Collectors.toCollection(ArrayList::new)));
                } else if (value instanceof String text) {
                  given.put(setting.key(), List.of(text));
                }
                return value;
              }
            })
        .build();
  }

  /** Reads flags, environment and file, and warns of variables that were probably meant as one. */
  Configuration load() {
    var loader = loader();
    var configuration = loader.load();
    loader.doubtfulVariables().forEach(Output::note);
    return configuration;
  }

  ConfigurationLoader loader() {
    return new ConfigurationLoader(given, System.getenv(), file);
  }
}
