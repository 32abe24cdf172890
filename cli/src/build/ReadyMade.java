import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The last step of the build: makes the caches of ready-made classes that the launcher starts with,
 * {@code verbs.aot}, {@code work.aot} and {@code serve.aot}, by running the program once (JEP 483,
 * 514, 515); the server with a journal to recover, since that is what a start is.
 *
 * <p>They are a matter of speed only: where one is missing, or does not fit the JVM or the jars,
 * Java says nothing and loads the classes from the jars. So no failure here fails the build.
 *
 * <p>Run as {@code java ReadyMade.java LAUNCHER PROGRAM_DIRECTORY}.
 */
final class ReadyMade {
  private static final long SECONDS_MAX = 120;

  private static final String SERVER = "serve.aot";

  /**
   * A server lives long enough to be compiled by what it really does. By the profiles of a
   * rehearsal it would be sooner, and worse: by a tenth, for as long as it runs.
   */
  private static final String NO_PROFILES =
      "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining";

  /** Scripts that are run, so that what each of them takes has been loaded and linked. */
  private static final int JOBS = 50;

  /** Classes of earlier versions have no stack maps, and cannot be in a cache. */
  private static final int MAJOR_MIN = ClassFile.JAVA_6_VERSION;

  private final Path launcher;
  private final Path program;

  private ReadyMade(Path launcher, Path program) {
    this.launcher = launcher;
    this.program = program;
  }

  /** Makes the caches, or says in one line why there are none. */
  public static void main(String[] args) {
    var made = new ReadyMade(absolute(args[0]), absolute(args[1]));
    try {
      made.run();
    } catch (IOException | UncheckedIOException e) {
      System.out.println("[WARNING] no caches of ready-made classes: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  private void run() throws IOException, InterruptedException {
    for (var cache : List.of(SERVER, "verbs.aot", "work.aot")) {
      Files.deleteIfExists(program.resolve(cache));
    }
    try (var jars = Files.newDirectoryStream(program.resolve("lib"), "picocli-*.jar")) {
      for (var jar : jars) {
        modernise(jar);
      }
    }
    var data = Files.createTempDirectory(program, "rehearsal-");
    try {
      leaveJobs(data);
      rehearse(data);
    } finally {
      remove(data);
    }
  }

  /** Fills the journal, so that the server that is watched has something to recover. */
  private void leaveJobs(Path data) throws IOException, InterruptedException {
    var server = program(SERVER, "", serve(data)).start();
    try {
      putJobs(address(server));
    } finally {
      server.destroy();
    }
    server.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private void rehearse(Path data) throws IOException, InterruptedException {
    var server = command(SERVER, serve(data)).start();
    try {
      var address = address(server);
      rehearse("verbs.aot", "rehearse", address);
      putJobs(address);
      rehearse(
          "work.aot",
          "work", "default", "--server", address, "--procs", "2", "--until-empty", "--", "true");
    } finally {
      server.destroy();
    }
    end(SERVER, server);
  }

  private static String[] serve(Path data) {
    var words = "serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --json --data ";
    return (words + data.getFileName()).split(" ");
  }

  private static void remove(Path data) throws IOException {
    try (var files = Files.newDirectoryStream(data)) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    Files.delete(data);
  }

  /** The program, which makes this cache when it ends. */
  private ProcessBuilder command(String cache, String... words) {
    var options = "-XX:AOTCacheOutput=" + cache;
    return program(cache, cache.equals(SERVER) ? NO_PROFILES + ' ' + options : options, words);
  }

  /** The program by its launcher, whose choice of options a cache must share. */
  private ProcessBuilder program(String log, String options, String... words) {
    var builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(words));
    builder.directory(program.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HEADRACE_NO_BUILD", "1");
    builder.environment().put("HEADRACE_JAVA_OPTS", options);
    return builder.redirectError(program.resolve(log + ".log").toFile());
  }

  /** Its first line says it; what it prints of its cache later is less than a pipe holds. */
  private static String address(Process server) throws IOException {
    var line = Optional.ofNullable(server.inputReader().readLine()).orElse("");
    int at = line.indexOf("127.0.0.1:");
    if (at < 0) {
      throw new IOException("the server did not say where it listens: " + line);
    }
    return line.substring(at, line.indexOf('"', at));
  }

  private static void putJobs(String address) throws IOException {
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var in = new InputStreamReader(socket.getInputStream(), US_ASCII);
        var answers = new BufferedReader(in)) {
      for (int i = 0; i < JOBS; i++) {
        socket.getOutputStream().write("put 0 0 60 1\r\nx\r\n".getBytes(US_ASCII));
        var answer = String.valueOf(answers.readLine());
        if (!answer.startsWith("INSERTED ")) {
          throw new IOException("the server took no job: " + answer);
        }
      }
    }
  }

  private void rehearse(String cache, String... words) throws IOException, InterruptedException {
    end(cache, command(cache, words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  private void end(String cache, Process process) throws IOException, InterruptedException {
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (!Files.exists(program.resolve(cache))) {
      throw new IOException("none was written; " + program.resolve(cache + ".log") + " says why");
    }
    Files.deleteIfExists(program.resolve(cache + ".log"));
  }

  /**
   * Gives the classes of a jar the stack maps that they lack. Nothing else of them changes. picocli
   * 4.7.7 is compiled for Java 5: without this half of a verb's classes are read, checked and
   * linked at each start.
   */
  private static void modernise(Path jar) throws IOException {
    var modern = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, modern, StandardCopyOption.REPLACE_EXISTING);
    try (var library = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var files =
            FileSystems.newFileSystem(URI.create("jar:" + modern.toUri()), Map.of());
        var all = Files.walk(files.getPath("/"))) {
      var tool =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(library)));
      for (var file : all.filter(one -> one.toString().endsWith(".class")).toList()) {
        var old = tool.parse(Files.readAllBytes(file));
        if (old.majorVersion() < MAJOR_MIN) {
          Files.write(file, tool.transformClass(old, modern()));
        }
      }
    }
    Files.move(modern, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ClassTransform modern() {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(MAJOR_MIN, 0);
          } else {
            builder.with(element);
          }
        };
    return version.andThen(
        ClassTransform.transformingMethods(
            MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL)));
  }
}
