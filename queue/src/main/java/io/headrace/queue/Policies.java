package io.headrace.queue;

/** The settings that hold for all tubes, and a number by which a tube sees that they changed. */
final class Policies {
  private PolicySettings defaults = PolicySettings.NONE;
  private int version;

  PolicySettings defaults() {
    return defaults;
  }

  void defaults(PolicySettings settings) {
    defaults = settings;
    version++;
  }

  int version() {
    return version;
  }
}
