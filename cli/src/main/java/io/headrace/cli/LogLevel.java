package io.headrace.cli;

import java.util.Locale;

/** How much the server says on stderr. To be chosen before anything is logged. */
enum LogLevel {
  WARN,
  INFO,
  DEBUG;

  private static final String PREFIX = "org.slf4j.simpleLogger.";

  /** What was set on Java's own command line stays. */
  void choose() {
    // Found by its name, for it is the only one; to search every jar takes longer. The first line
    // keeps SLF4J from saying so.
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    setUnlessSet("defaultLogLevel", name().toLowerCase(Locale.ROOT));
    setUnlessSet("showDateTime", "true");
    setUnlessSet("dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
    setUnlessSet("showThreadName", "false");
    setUnlessSet("showShortLogName", "true");
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(PREFIX + name) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}
