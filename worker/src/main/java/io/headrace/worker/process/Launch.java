package io.headrace.worker.process;

import java.util.List;

/**
 * How a script is started.
 *
 * @param path of the program, not looked for
 * @param arguments the first one is its own name
 * @param environment all of it, each {@code KEY=VALUE}; the mark is in it
 * @param mark the word by which its processes are known
 */
public record Launch(String path, List<String> arguments, List<String> environment, String mark) {
  /** Keeps copies. */
  public Launch {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
  }
}
