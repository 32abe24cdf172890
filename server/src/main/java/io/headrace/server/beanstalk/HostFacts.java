package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.TurnTimes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Finds what {@link ServerFacts} says, once at the start. */
public final class HostFacts {
  private static final Path KERNEL = Path.of("/proc/sys/kernel");

  private HostFacts() {}

  /**
   * Returns the facts of this process and machine.
   *
   * @param instance tells this start of the server from others
   * @param turns of the loop that serves
   * @param runP99Ns see {@link ServerFacts}, as for {@code connections}
   */
  public static ServerFacts read(
      String headraceVersion,
      long instance,
      TurnTimes turns,
      ToLongFunction<TubeName> runP99Ns,
      Supplier<ConnectionNumbers> connections) {
    return new ServerFacts(
        headraceVersion,
        HexFormat.of().toHexDigits(instance),
        ProcessHandle.current().pid(),
        kernel("hostname", "unknown"),
        kernel("version", System.getProperty("os.version", "unknown")),
        kernel("arch", platform(System.getProperty("os.arch", "unknown"))),
        ProcCpuTimes.open(),
        turns,
        runP99Ns,
        connections);
  }

  /** What the kernel says under this name; older ones have no {@code arch}. */
  private static String kernel(String name, String otherwise) {
    try {
      return Files.readString(KERNEL.resolve(name), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static String platform(String javaName) {
    return javaName.equals("amd64") ? "x86_64" : javaName;
  }
}
