package io.headrace.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that was built. */
final class Version implements IVersionProvider {
  /** Returns it as a number with dots. */
  static String text() {
    var version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"headrace " + text()};
  }
}
