package io.headrace.worker.process;

import java.util.List;

/**
 * How a script is started.
 *
 * @param path of the program, not looked for
 * @param arguments the first one is its own name
 * @param environment what others get too
 * @param variables what it alone gets, each {@code KEY=VALUE}; the mark is in it
 * @param mark the word by which its processes are known
 */
public record Launch(
    String path,
    List<String> arguments,
    Environment environment,
    List<String> variables,
    String mark) {
  /** Keeps copies. */
  public Launch {
    arguments = List.copyOf(arguments);
    variables = List.copyOf(variables);
  }
}
