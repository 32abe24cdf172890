package io.headrace.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Public clients that nobody here wrote: pheanstalk (PHP), beaneater (Ruby) and jackd (Node.js),
 * each through all that it knows. On beanstalkd too, which proves that the scripts ask for nothing
 * else than what it does.
 */
@Execution(ExecutionMode.CONCURRENT)
final class ForeignClientsIT {
  private static final Path SCRIPTS = Tools.root().resolve("trials/interop");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> pheanstalk_with_headrace_in_memory() throws IOException {
    return run(inMemory(), pheanstalk());
  }

  @TestFactory
  Stream<DynamicTest> pheanstalk_with_headrace_forced() throws IOException {
    return run(forced(), pheanstalk());
  }

  @TestFactory
  Stream<DynamicTest> pheanstalk_with_beanstalkd() throws IOException {
    return runOnBeanstalkd(pheanstalk());
  }

  @TestFactory
  Stream<DynamicTest> beaneater_with_headrace_in_memory() throws IOException {
    return run(inMemory(), beaneater());
  }

  @TestFactory
  Stream<DynamicTest> beaneater_with_headrace_forced() throws IOException {
    return run(forced(), beaneater());
  }

  @TestFactory
  Stream<DynamicTest> beaneater_with_beanstalkd() throws IOException {
    return runOnBeanstalkd(beaneater());
  }

  @TestFactory
  Stream<DynamicTest> jackd_with_headrace_in_memory() throws IOException {
    return run(inMemory(), jackd());
  }

  @TestFactory
  Stream<DynamicTest> jackd_with_headrace_forced() throws IOException {
    return run(forced(), jackd());
  }

  @TestFactory
  Stream<DynamicTest> jackd_with_beanstalkd() throws IOException {
    return runOnBeanstalkd(jackd());
  }

  private RunningServer.Launch inMemory() {
    return RunningServer.of(Peer.HEADRACE, folder);
  }

  private RunningServer.Launch forced() throws IOException {
    return RunningServer.of(Peer.HEADRACE, folder).data(folder.resolve("data"), 0);
  }

  private static List<String> pheanstalk() {
    var php = Tools.require("php", "apt install php-cli");
    Tools.requireFile(
        Path.of("/usr/share/php/Pheanstalk/autoload.php"), "apt install php-pda-pheanstalk");
    return List.of(php, SCRIPTS.resolve("php/pheanstalk.php").toString());
  }

  private static List<String> beaneater() {
    var ruby = Tools.require("ruby", "apt install ruby");
    Tools.requireFile(
        Path.of("/usr/lib/ruby/vendor_ruby/beaneater.rb"), "apt install ruby-beaneater");
    return List.of(ruby, SCRIPTS.resolve("ruby/beaneater.rb").toString());
  }

  private static List<String> jackd() {
    var node = Tools.require("node", "install Node.js 18 or newer");
    Tools.requireFile(SCRIPTS.resolve("node/node_modules/jackd"), "npm ci in trials/interop/node");
    return List.of(node, SCRIPTS.resolve("node/jackd.mjs").toString());
  }

  private static Stream<DynamicTest> run(RunningServer.Launch launch, List<String> script)
      throws IOException {
    return run(launch, script, List.of());
  }

  private Stream<DynamicTest> runOnBeanstalkd(List<String> script) throws IOException {
    return run(RunningServer.of(Peer.BEANSTALKD, folder), script, List.of("beanstalkd"));
  }

  private static Stream<DynamicTest> run(
      RunningServer.Launch launch, List<String> script, List<String> more) throws IOException {
    try (var server = launch.start()) {
      return TapScript.run(
          Stream.of(script, List.of("127.0.0.1", Integer.toString(server.port())), more)
              .flatMap(List::stream)
              .toList());
    }
  }
}
