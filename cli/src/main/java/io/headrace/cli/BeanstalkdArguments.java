package io.headrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * beanstalkd's command line, read as beanstalkd 1.13 reads it (its util.c): flags may be joined
 * ({@code -VVF}), a value may follow its flag or stick to it ({@code -f50}), and the last one wins.
 *
 * @param address what {@code -l} says; nothing means that nobody asked for more than loopback
 * @param port what {@code -p} says, not checked
 * @param data what {@code -b} says; nothing means memory only
 * @param syncMs at most so many milliseconds lie between a change and its fsync; 0 is before the
 *     reply
 * @param sync false after {@code -F}
 * @param warnings lines for stderr about flags that mean nothing any more
 */
record BeanstalkdArguments(
    Optional<String> address,
    String port,
    Optional<Path> data,
    long syncMs,
    boolean sync,
    Optional<String> user,
    long maxJobBytes,
    long segmentBytes,
    int verbosity,
    List<String> warnings) {
  /** The most that {@code -z} gives. */
  static final long JOB_BYTES_MAX = 1 << 30;

  /** The longest time that {@code -f} gives: a day. More often is what was asked for, too. */
  static final long SYNC_MS_MAX = 86_400_000;

  /** What to do, besides starting. */
  sealed interface Parsed {
    /** Start like this. */
    record Start(BeanstalkdArguments arguments) implements Parsed {}

    /** {@code -h}: print the usage. */
    record Help() implements Parsed {}

    /** {@code -v}: print the version. */
    record Version() implements Parsed {}

    /** Print this and the usage, and end with beanstalkd's code for that. */
    record Wrong(String message) implements Parsed {}
  }

  static Parsed parse(List<String> words) {
    return new Parser(words).parse();
  }

  /** What is known half-way. */
  private static final class Parser {
    private final List<String> words;
    private final List<String> warnings = new ArrayList<>();
    private Optional<String> address = Optional.empty();
    private String port = "11300";
    private Optional<Path> data = Optional.empty();
    private long syncMs = 50;
    private boolean sync = true;
    private Optional<String> user = Optional.empty();
    private long maxJobBytes = 65_535;
    private long segmentBytes = 10 << 20;
    private int verbosity;

    private int next;
    private String rest = "";

    Parser(List<String> words) {
      this.words = words;
    }

    Parsed parse() {
      try {
        while (next < words.size()) {
          var word = words.get(next++);
          if (word.length() < 2 || word.charAt(0) != '-') {
            return new Parsed.Wrong("unknown argument: " + word);
          }
          rest = word.substring(1);
          while (!rest.isEmpty()) {
            char flag = rest.charAt(0);
            rest = rest.substring(1);
            switch (flag) {
              case 'h' -> {
                return new Parsed.Help();
              }
              case 'v' -> {
                return new Parsed.Version();
              }
              default -> take(flag);
            }
          }
        }
      } catch (IllegalArgumentException e) {
        return new Parsed.Wrong(String.valueOf(e.getMessage()));
      }
      return new Parsed.Start(
          new BeanstalkdArguments(
              address,
              port,
              data,
              syncMs,
              sync,
              user,
              maxJobBytes,
              segmentBytes,
              verbosity,
              List.copyOf(warnings)));
    }

    private void take(char flag) {
      switch (flag) {
        case 'p' -> port = value(flag);
        case 'l' -> address = Optional.of(value(flag));
        case 'b' -> data = Optional.of(Path.of(value(flag)));
        case 'u' -> user = Optional.of(value(flag));
        case 's' -> segmentBytes = number(value(flag));
        case 'z' -> maxJobBytes = jobBytes(number(value(flag)));
        case 'f' -> {
          syncMs = Math.min(number(value(flag)), SYNC_MS_MAX);
          sync = true;
        }
        case 'F' -> sync = false;
        case 'V' -> verbosity++;
        case 'c', 'n' ->
            warnings.add("-" + flag + " flag was removed. binlog is always compacted.");
        default -> throw new IllegalArgumentException("unknown flag: -" + flag + rest);
      }
    }

    private long jobBytes(long asked) {
      if (asked > JOB_BYTES_MAX) {
        warnings.add("maximum job size was set to " + JOB_BYTES_MAX);
      }
      return Math.min(asked, JOB_BYTES_MAX);
    }

    /** The rest of this word, or the next one. */
    private String value(char flag) {
      var value = rest;
      rest = "";
      if (!value.isEmpty()) {
        return value;
      }
      if (next == words.size()) {
        throw new IllegalArgumentException("flag requires an argument: -" + flag);
      }
      return words.get(next++);
    }

    private static long number(String text) {
      if (!text.matches("\\d{1,18}")) {
        throw new IllegalArgumentException("invalid size: " + text);
      }
      return Long.parseLong(text);
    }
  }
}
