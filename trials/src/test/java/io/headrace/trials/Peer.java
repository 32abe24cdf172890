package io.headrace.trials;

import java.util.List;

/** A program that takes beanstalkd's command line and speaks its protocol. */
enum Peer {
  /** The one on trial, by its drop-in verb. */
  HEADRACE {
    @Override
    List<String> command() {
      return List.of(Tools.headrace(), "beanstalkd");
    }
  },
  /** The one it stands in for: shows that a trial asks for nothing that the original lacks. */
  BEANSTALKD {
    @Override
    List<String> command() {
      return List.of(Tools.require("beanstalkd", "apt install beanstalkd"));
    }
  };

  /** The words before the options. */
  abstract List<String> command();
}
