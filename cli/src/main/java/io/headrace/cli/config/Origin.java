package io.headrace.cli.config;

import java.nio.file.Path;

/** Where a value was found. Its text is how messages begin and what {@code config show} prints. */
public sealed interface Origin {
  /** Nobody set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** A line of the file, from 1. */
  record Line(Path file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** A variable of the environment. */
  record Environment(String name) implements Origin {
    @Override
    public String toString() {
      return "env " + name;
    }
  }

  /** An option of the command line. */
  record Flag(String name) implements Origin {
    @Override
    public String toString() {
      return "flag " + name;
    }
  }
}
